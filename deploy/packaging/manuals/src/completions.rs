//! Completions for bash, zsh and fish, under the names and folders that the shells look for.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use clap_complete::aot::{Shell, generate};

use crate::programs::Program;

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
        let mut out = BufWriter::new(File::create(place.join(file_name(shell, &name)))?);
        generate(shell, &mut command, &name, &mut out);
        out.flush()?;
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
}
