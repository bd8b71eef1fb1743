//! What has to be done, as data: in an order in which a cut of the power leaves a machine that starts, open or closed, after any step.
//!
//! The switch, overlayroot's settings or the kernel's command line, is the last to be set and the first to be taken away.

use super::machine::{CARD, Machine, Raspberry, SETTINGS, active, asked_for};
use super::step::{Step, run};

/// Debian 13's `mount` (util-linux 2.41) cannot remount an overlay through the kernel's newer interface for mounts, which leaves the root
/// read-only altogether; Debian 12's does not know the word, and it does no harm there.
pub const DROP_IN: &str = "/etc/systemd/system/systemd-remount-fs.service.d/cardash-overlay.conf";

const DROP_IN_TEXT: &str = "\
# By cardash-setup --read-only: the kernel's newer interface for mounts cannot remount an overlay
# (https://github.com/systemd/systemd/issues/39558).
[Service]
Environment=LIBMOUNT_FORCE_MOUNT2=always
";

const MARK: &str = "# By cardash-setup --read-only; cardash-setup --read-only=off takes it away.";

fn settings() -> String {
    format!(
        "{MARK}\n# Only the root: what is mounted elsewhere stays as it is.\noverlayroot=\"tmpfs:recurse=0\"\n"
    )
}

/// Whether these settings of overlayroot are those that are written here.
#[must_use]
pub fn is_ours(settings: &str) -> bool {
    settings.starts_with(MARK)
}

/// Whether the next start has an overlay in memory.
#[must_use]
pub fn is_closed_next(machine: &Machine) -> bool {
    let by_kernel =
        machine.raspberry.as_ref().is_some_and(|raspberry| asked_for(&raspberry.command_line).is_some());
    by_kernel || active(machine.settings.as_deref()).is_some()
}

/// From the next start on the card is only read. Empty: it is so already.
#[must_use]
pub fn on(machine: &Machine) -> Vec<Step> {
    let mut steps = Vec::new();
    if !machine.has_overlayroot {
        steps.push(install("overlayroot"));
    }
    if machine.drop_in.as_deref() != Some(DROP_IN_TEXT) {
        steps.push(Step::Write { path: DROP_IN, text: DROP_IN_TEXT.to_owned() });
    }
    // The package's installation has it made anew by itself.
    let initramfs = &machine.initramfs;
    if machine.has_overlayroot && initramfs.image.is_some() && !initramfs.has_overlayroot {
        steps.push(run(
            &["update-initramfs", "-u", "-k", "all"],
            "The machine starts as before; is there room in /boot (`df -h /boot`)?",
        ));
    }
    match &machine.raspberry {
        Some(raspberry) => on_raspberry(machine, raspberry, &mut steps),
        None if active(machine.settings.as_deref()).is_some() => {}
        None => steps.push(Step::Write { path: SETTINGS, text: settings() }),
    }
    steps
}

/// A package of Debian's, without what it only recommends.
#[must_use]
pub fn install(package: &str) -> Step {
    run(
        &["apt-get", "install", "--yes", "--no-install-recommends", package],
        "It needs the network this once: connect the machine, `sudo apt update`, and start again",
    )
}

const RASPI: &str = "It was `raspi-config`; its menu Performance Options, Overlay File System does the same";

fn on_raspberry(machine: &Machine, raspberry: &Raspberry, steps: &mut Vec<Step>) {
    if !is_boot_read_only(&machine.fstab, &raspberry.boot) {
        // First: it refuses while the overlay is on.
        steps.push(run(&["raspi-config", "nonint", "enable_bootro"], RASPI));
    }
    if asked_for(&raspberry.command_line).is_none() {
        steps.push(run(&["raspi-config", "nonint", "enable_overlayfs"], RASPI));
        steps.push(Step::Check {
            path: raspberry.file(),
            word: "overlayroot=tmpfs",
            is_there: true,
            otherwise: format!(
                "raspi-config has not written overlayroot=tmpfs into {}: try its menu, Performance Options, Overlay File System",
                raspberry.file()
            ),
        });
    }
}

/// As raspi-config finds it out.
fn is_boot_read_only(fstab: &str, boot: &str) -> bool {
    let line = fstab.lines().find(|line| line.split_whitespace().nth(1) == Some(boot));
    let options = line.and_then(|line| line.split_whitespace().nth(3));
    options.is_some_and(|options| options.split(',').any(|option| option == "ro"))
}

/// From the next start on the card is written to again. Empty: it is so already.
#[must_use]
pub fn off(machine: &Machine) -> Vec<Step> {
    let is_on_now = machine.card().as_os_str() == CARD;
    let mut steps = Vec::new();
    let mut removals = Vec::new();
    match &machine.raspberry {
        Some(raspberry) => {
            if is_closed_next(machine) {
                steps.push(run(&["raspi-config", "nonint", "disable_overlayfs"], RASPI));
                steps.push(Step::Check {
                    path: raspberry.file(),
                    word: "overlayroot=tmpfs",
                    is_there: false,
                    otherwise: format!(
                        "raspi-config takes the word overlayroot=tmpfs out of {0}, and leaves it there where it has parameters: \
                         `sudo mount -o remount,rw {1}`, take the word out with an editor, and start the machine anew",
                        raspberry.file(),
                        raspberry.boot
                    ),
                });
            } else if !is_on_now && is_boot_read_only(&machine.fstab, &raspberry.boot) {
                // It refuses while the overlay is on, so that this is for the start after that one.
                steps.push(run(&["raspi-config", "nonint", "disable_bootro"], RASPI));
            }
            // While the overlay is on it would need the card, for a file that does no harm.
            if !is_on_now && machine.drop_in.is_some() {
                removals.push(Step::Remove { path: DROP_IN });
            }
        }
        None => {
            if machine.settings.as_deref().is_some_and(is_ours) {
                removals.push(Step::Remove { path: SETTINGS });
            }
            if machine.drop_in.is_some() {
                removals.push(Step::Remove { path: DROP_IN });
            }
        }
    }
    if is_on_now && !removals.is_empty() {
        steps.push(run(
            &["mount", "-o", "remount,rw", CARD],
            "The card is as it was. `sudo dmesg | tail` says why; add overlayroot=disabled to the kernel's command line for one start \
             without the overlay, and start this again there",
        ));
        steps.append(&mut removals);
        // What the overlay remembers of a file that is gone would keep the card from being read-only again.
        let script = format!("echo 2 >/proc/sys/vm/drop_caches; mount -o remount,ro {CARD}");
        steps.push(Step::Finally { words: ["sh", "-c", script.as_str()].map(str::to_owned).to_vec() });
    }
    steps.append(&mut removals);
    steps
}

#[cfg(test)]
mod tests {
    use super::super::machine::{Initramfs, Overlay};
    use super::*;

    fn debian() -> Machine {
        Machine {
            id: "debian".to_owned(),
            version: "13".to_owned(),
            root_kind: "ext4".to_owned(),
            memory_kib: 1_000_000,
            has_overlayroot: true,
            initramfs: Initramfs {
                has_tools: true,
                image: Some("/boot/initrd.img-6".into()),
                has_overlayroot: true,
            },
            ..Machine::default()
        }
    }

    fn pi() -> Machine {
        let raspberry = Raspberry {
            boot: "/boot/firmware".to_owned(),
            command_line: "console=tty1 root=PARTUUID=1-02".to_owned(),
        };
        Machine {
            raspberry: Some(raspberry),
            fstab: "PARTUUID=1-01  /boot/firmware  vfat  defaults  0  2\nPARTUUID=1-02 / ext4 defaults,noatime 0 1\n"
                .to_owned(),
            ..debian()
        }
    }

    /// The machine after its next start, with these steps done.
    fn after(machine: &Machine, steps: &[Step]) -> Machine {
        let mut then = machine.clone();
        for step in steps {
            let words = step.shown();
            match step {
                Step::Write { path: SETTINGS, text } => then.settings = Some(text.clone()),
                Step::Remove { path: SETTINGS } => then.settings = None,
                Step::Write { path: DROP_IN, text } => then.drop_in = Some(text.clone()),
                Step::Remove { path: DROP_IN } => then.drop_in = None,
                _ if words.ends_with("install --yes --no-install-recommends overlayroot") => {
                    then.has_overlayroot = true;
                    then.initramfs.has_overlayroot = true;
                }
                _ if words.starts_with("update-initramfs") => then.initramfs.has_overlayroot = true,
                _ if words.ends_with("enable_bootro") => {
                    then.fstab = then.fstab.replace("vfat  defaults", "vfat  defaults,ro");
                }
                _ if words.ends_with("disable_bootro") => {
                    then.fstab = then.fstab.replace("defaults,ro", "defaults");
                }
                _ if words.ends_with("enable_overlayfs") => {
                    let raspberry = then.raspberry.as_mut().unwrap();
                    raspberry.command_line = format!("overlayroot=tmpfs {}", raspberry.command_line);
                }
                _ if words.ends_with("disable_overlayfs") => {
                    let raspberry = then.raspberry.as_mut().unwrap();
                    raspberry.command_line = raspberry.command_line.replace("overlayroot=tmpfs ", "");
                }
                _ => {}
            }
        }
        then.overlay = if is_closed_next(&then) { Overlay::Memory } else { Overlay::None };
        then
    }

    /// An overlay without the drop-in is a root that is read-only altogether; without overlayroot in the initramfs nothing is closed.
    fn starts(machine: &Machine) -> bool {
        !is_closed_next(machine)
            || machine.drop_in.as_deref() == Some(DROP_IN_TEXT) && machine.initramfs.has_overlayroot
    }

    #[test]
    fn a_cut_after_any_step_leaves_a_machine_that_starts() {
        let bare = |machine: Machine| Machine {
            has_overlayroot: false,
            initramfs: Initramfs { has_overlayroot: false, ..machine.initramfs.clone() },
            ..machine
        };
        let stale = |machine: Machine| Machine { initramfs: bare(machine.clone()).initramfs, ..machine };
        for open in [debian(), bare(debian()), stale(debian()), pi(), bare(pi())] {
            let steps = on(&open);
            for done in 0..=steps.len() {
                let then = after(&open, &steps[..done]);
                assert!(starts(&then), "after {done} of {steps:#?}");
                // And what is missing is done by the next run.
                let rest = on(&Machine { overlay: Overlay::None, ..then.clone() });
                assert!(is_closed_next(&after(&then, &rest)), "after {done}, then {rest:#?}");
            }
            let closed = after(&open, &steps);
            assert_eq!((closed.overlay.clone(), on(&closed)), (Overlay::Memory, Vec::new()));
            let back = off(&closed);
            for done in 0..=back.len() {
                let then = after(&closed, &back[..done]);
                assert!(starts(&then), "after {done} of {back:#?}");
            }
            let opened = after(&closed, &back);
            assert!(!is_closed_next(&opened));
            // Raspberry Pi OS opens its boot partition in a start without the overlay.
            let at_last = after(&opened, &off(&opened));
            assert_eq!(
                at_last,
                Machine { has_overlayroot: true, initramfs: at_last.initramfs.clone(), ..open }
            );
            assert_eq!(off(&at_last), Vec::new());
        }
    }

    #[test]
    fn on_debian_the_settings_are_the_switch() {
        let shown = |steps: &[Step]| steps.iter().map(Step::shown).collect::<Vec<_>>();
        let fresh = Machine { has_overlayroot: false, ..debian() };
        let steps = shown(&on(&fresh));
        assert_eq!(steps.len(), 3, "{steps:#?}");
        assert_eq!(steps[0], "apt-get install --yes --no-install-recommends overlayroot");
        assert!(steps[1].contains("LIBMOUNT_FORCE_MOUNT2=always"), "{}", steps[1]);
        assert!(
            steps[2].contains(SETTINGS) && steps[2].contains("overlayroot=\"tmpfs:recurse=0\""),
            "{}",
            steps[2]
        );
        assert!(is_ours(&settings()) && active(Some(&settings())).is_some());
    }

    #[test]
    fn a_closed_card_is_opened_on_the_card_itself_and_closed_again() {
        let closed = Machine {
            overlay: Overlay::Memory,
            settings: Some(settings()),
            drop_in: Some(DROP_IN_TEXT.to_owned()),
            ..debian()
        };
        let steps = off(&closed);
        assert_eq!(steps[0].shown(), "mount -o remount,rw /media/root-ro");
        assert_eq!(steps[1..3], [Step::Remove { path: SETTINGS }, Step::Remove { path: DROP_IN }]);
        assert!(
            matches!(&steps[3], Step::Finally { words } if words[2].ends_with("remount,ro /media/root-ro")),
            "{steps:#?}"
        );
        assert_eq!(steps.len(), 4);
        let by_somebody_else =
            Machine { settings: Some("overlayroot=\"tmpfs\"\n".to_owned()), drop_in: None, ..closed };
        assert_eq!(off(&by_somebody_else), Vec::new(), "what somebody else wrote is not taken away");
    }

    #[test]
    fn on_a_pi_it_is_done_by_raspi_config() {
        let shown = |steps: &[Step]| {
            steps.iter().map(Step::shown).filter(|words| words.starts_with("raspi")).collect::<Vec<_>>()
        };
        assert_eq!(
            shown(&on(&pi())),
            ["raspi-config nonint enable_bootro", "raspi-config nonint enable_overlayfs"]
        );
        let closed = after(&pi(), &on(&pi()));
        assert_eq!(shown(&off(&closed)), ["raspi-config nonint disable_overlayfs"]);
        let opened = after(&closed, &off(&closed));
        assert_eq!(shown(&off(&opened)), ["raspi-config nonint disable_bootro"]);
    }
}
