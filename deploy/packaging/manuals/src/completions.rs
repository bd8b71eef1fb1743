//! Completions for bash, zsh and fish, under the names and folders that the shells look for.

use std::fs;
use std::io;
use std::path::Path;

use clap_complete::aot::{Shell, generate};

use crate::programs::Program;
use crate::values;

const SHELLS: [(Shell, &str); 3] = [
    (Shell::Bash, "bash-completion/completions"),
    (Shell::Zsh, "zsh/vendor-completions"),
    (Shell::Fish, "fish/vendor_completions.d"),
];

/// Writes the completions of `program` below `folder`, as they lie below /usr/share.
pub fn write(program: &Program, folder: &Path) -> io::Result<()> {
    let mut command = program.command.clone();
    let name = command.get_name().to_owned();
    for (shell, place) in SHELLS {
        let place = folder.join(place);
        fs::create_dir_all(&place)?;
        let mut script = Vec::new();
        generate(shell, &mut command, &name, &mut script);
        let script = values::put_into(&String::from_utf8_lossy(&script), shell, &name);
        fs::write(place.join(file_name(shell, &name)), script)?;
    }
    Ok(())
}

fn file_name(shell: Shell, program: &str) -> String {
    match shell {
        Shell::Zsh => format!("_{program}"),
        Shell::Fish => format!("{program}.fish"),
        _ => program.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;
    use crate::programs;

    #[test]
    fn each_shell_knows_each_option() {
        let folder = tempfile::tempdir().unwrap();
        for program in programs::all() {
            write(&program, folder.path()).unwrap();
            let name = program.command.get_name();
            for (shell, place) in SHELLS {
                let text =
                    fs::read_to_string(folder.path().join(place).join(file_name(shell, name))).unwrap();
                for option in program.command.get_arguments().filter_map(|argument| argument.get_long()) {
                    assert!(text.contains(option), "{shell}: {name} lacks --{option}");
                }
            }
        }
    }

    #[test]
    fn vehicles_interfaces_and_buses_are_offered_by_each_shell() {
        let folder = tempfile::tempdir().unwrap();
        for program in programs::all() {
            write(&program, folder.path()).unwrap();
        }
        let script = |shell: Shell, place: &str, name: &str| {
            fs::read_to_string(folder.path().join(place).join(file_name(shell, name))).unwrap()
        };
        for (shell, place) in SHELLS {
            let service = script(shell, place, "speed-service");
            assert!(service.contains("honda") && service.contains("session system"), "{shell}: {service}");
            assert_eq!(service.matches("/sys/class/net").count(), 2, "{shell}: --can, --link-settings");
            let setup = script(shell, place, "cardash-setup");
            assert!(setup.contains("honda") && setup.contains("/sys/class/net"), "{shell}: {setup}");
            assert!(script(shell, place, "can-reader").contains("toyota"), "{shell}: can-reader speed");
            assert!(script(shell, place, "dashboard-qml").contains("session system"), "{shell}");
        }
    }

    /// bash itself, asked as at its prompt.
    #[test]
    fn bash_completes_a_vehicle_and_a_bus() {
        let folder = tempfile::tempdir().unwrap();
        for program in programs::all() {
            write(&program, folder.path()).unwrap();
        }
        let complete = |program: &str, words: &[&str]| {
            let typed = words.last().unwrap();
            let before = words.iter().rev().nth(1).unwrap();
            let asked = format!(
                "source {}/bash-completion/completions/{program}; COMP_WORDS=({program} {}); COMP_CWORD={}; \
                 \"$(complete -p {program} | sed 's/.*-F \\([^ ]*\\).*/\\1/')\" {program} '{typed}' '{before}'; \
                 echo \"${{COMPREPLY[*]}}\"",
                folder.path().display(),
                words.join(" "),
                words.len()
            );
            let out = Command::new("bash").args(["--norc", "-c", &asked]).output().unwrap();
            String::from_utf8(out.stdout).unwrap().trim().to_owned()
        };
        assert_eq!(complete("speed-service", &["--vehicle", "hond"]), "honda");
        assert_eq!(complete("speed-service", &["--bus", "sy"]), "system");
        assert_eq!(complete("can-reader", &["speed", "--vehicle", "toy"]), "toyota toyota-old");
        assert_eq!(complete("dashboard-qml", &["--bus", "se"]), "session");
    }
}
