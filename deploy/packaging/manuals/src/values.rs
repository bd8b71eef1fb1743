//! What a shell offers as the value of an option, where it is more than a file.
//!
//! `clap_complete` knows files and fixed words only. Its scripts are completed here line by line; the tests run them.

use can_reader::Vehicle;
use can_reader::source::Drive;
use clap_complete::aot::Shell;

/// Names of the CAN interfaces of the machine: those of type `ARPHRD_CAN` (linux/if_arp.h). bash, zsh and fish
/// read it alike.
const INTERFACES: &str = "grep -lsx 280 /sys/class/net/*/type | cut -d/ -f5";

/// Values of one option.
#[derive(Debug, PartialEq)]
enum Values {
    /// These words and nothing else.
    Words(String),
    /// These words, or a file.
    WordsOrFile(String),
    /// The CAN interfaces of the machine.
    Interfaces,
}

/// The values of an option by its long name, the same in all programs.
fn of(option: &str) -> Option<Values> {
    match option {
        "bus" => Some(Values::Words("session system".to_owned())),
        "drive" => Some(Values::Words(Drive::ALL.map(Drive::as_str).join(" "))),
        "vehicle" => Some(Values::WordsOrFile(Vehicle::builtin().join(" "))),
        "can" | "interface" | "link-settings" => Some(Values::Interfaces),
        _ => None,
    }
}

/// The script of `clap_complete` for `program` with the values put in.
pub fn put_into(script: &str, shell: Shell, program: &str) -> String {
    // clap_complete 4.6 takes the dash in the name of a program for the start of a subcommand in some places of its
    // bash script and not in others: the options of subcommands would never be offered.
    let script = script.replace(&program.replace('-', "__subcmd__"), &program.replace('-', "__"));
    let mut option = None;
    let mut completed = String::with_capacity(script.len() + 1024);
    for line in script.lines() {
        let line = match shell {
            Shell::Bash => bash(line, &mut option),
            Shell::Zsh => zsh(line),
            Shell::Fish => fish(line),
            _ => None,
        }
        .unwrap_or_else(|| line.to_owned());
        completed.push_str(&line);
        completed.push('\n');
    }
    completed
}

/// `--can)` stands on the line before the one that offers values.
fn bash(line: &str, option: &mut Option<String>) -> Option<String> {
    const FILES: &str = r#"compgen -f "${cur}""#;
    let before = option.take();
    let word = line.trim().strip_prefix("--").and_then(|rest| rest.strip_suffix(')'));
    *option = word.map(str::to_owned);
    let values = match of(&before?)? {
        Values::Words(words) => format!(r#"compgen -W "{words}" -- "${{cur}}""#),
        Values::WordsOrFile(words) => {
            format!(r#"compgen -W "{words}" -- "${{cur}}"; compgen -f -- "${{cur}}""#)
        }
        Values::Interfaces => format!(r#"compgen -W "$({INTERFACES})" -- "${{cur}}""#),
    };
    Some(line.replace(FILES, &values))
}

/// `'--can=[What it is]:IFACE:_default' \`
fn zsh(line: &str) -> Option<String> {
    // What it excludes may stand before it: '(--check)--can=[...
    let (_, option) = line.split_once("=[")?.0.rsplit_once("--")?;
    let values = match of(option)? {
        Values::Words(words) => format!("{{compadd -- {words}}}"),
        Values::WordsOrFile(words) => format!("{{compadd -- {words}; _files}}"),
        Values::Interfaces => format!("{{compadd -- $({INTERFACES})}}"),
    };
    Some(line.replace(":_default'", &format!(":{values}'")))
}

/// `complete -c PROGRAM -l can -d 'What it is' -r`
fn fish(line: &str) -> Option<String> {
    let option = line.split_once(" -l ")?.1.split(' ').next()?;
    Some(match of(option)? {
        Values::Words(words) => format!("{line} -f -a \"{words}\""),
        Values::WordsOrFile(words) => format!("{line} -a \"{words}\""),
        Values::Interfaces => format!("{line} -f -a \"({INTERFACES})\""),
    })
}
