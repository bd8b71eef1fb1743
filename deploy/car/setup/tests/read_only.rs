//! `--read-only` of the real program, as far as it can be tried on a machine that is not to be closed. docs/read-only-root.md says where one was.

mod common;

use common::{alone, words};

#[test]
fn nobody_closes_or_opens_a_card_by_itself() {
    for switch in ["--read-only", "--read-only=on", "--read-only=off"] {
        let output = alone(&[switch, "--yes"]);
        assert_eq!(output.status.code(), Some(1), "{}", words(&output));
        let said = words(&output);
        assert!(
            said.contains("start it with sudo") || said.contains("without --yes, at a terminal"),
            "{said}"
        );
    }
}

#[test]
fn a_dry_run_says_the_plan_or_why_there_is_none() {
    for switch in ["--read-only", "--read-only=off"] {
        let output = alone(&[switch, "--dry-run"]);
        let said = words(&output);
        match output.status.code() {
            Some(0) => assert!(
                ["--dry-run", "already", "Nothing to do", "sudo reboot"].iter().any(|end| said.contains(end)),
                "{said}"
            ),
            // A container, or a machine without an initramfs.
            Some(1) => assert!(said.contains("the card stays as it is: "), "{said}"),
            other => panic!("{other:?}: {said}"),
        }
    }
}

#[test]
fn what_does_not_go_together_is_a_wrong_command_line() {
    for arguments in [
        &["--read-only=half"][..],
        &["--read-only", "--root", "/mnt"],
        &["--read-only", "--odometer", "1"],
        &["--read-only", "--vehicle", "honda"],
    ] {
        let output = alone(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", words(&output));
    }
}
