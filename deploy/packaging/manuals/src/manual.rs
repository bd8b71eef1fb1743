//! Man pages: one for a program and one for each of its subcommands.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use clap::{Arg, ArgAction, Command};
use clap_mangen::Man;
use clap_mangen::roff::{Inline, Roff, bold, italic, roman};

use crate::programs::Program;

/// Writes the pages of `program` into `folder`, each as NAME.1.
pub fn write(program: &Program, date: &str, folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    // `help` needs no page.
    let mut command = program.command.clone().disable_help_subcommand(true);
    command.build();
    for subcommand in command.get_subcommands() {
        write_page(subcommand, &[], program, date, folder)?;
    }
    let subpages: Vec<String> = command.get_subcommands().map(page_name).collect();
    write_page(&command, &subpages, program, date, folder)
}

fn page_name(command: &Command) -> String {
    command.get_display_name().unwrap_or_else(|| command.get_name()).to_owned()
}

fn write_page(
    command: &Command,
    subpages: &[String],
    program: &Program,
    date: &str,
    folder: &Path,
) -> io::Result<()> {
    let name = page_name(command);
    let version = program.command.get_version().unwrap_or_default();
    let man = Man::new(command.clone())
        .title(name.to_uppercase())
        .date(date)
        .source(format!("Cardash {version}"))
        .manual("Cardash");
    let mut out = BufWriter::new(File::create(folder.join(format!("{name}.1")))?);
    man.render_title(&mut out)?;
    man.render_name_section(&mut out)?;
    synopsis(command).to_writer(&mut out)?;
    man.render_description_section(&mut out)?;
    if command.get_arguments().next().is_some() {
        man.render_options_section(&mut out)?;
    }
    if !subpages.is_empty() {
        man.render_subcommands_section(&mut out)?;
    }
    rest(command, program).to_writer(&mut out)?;
    out.flush()
}

/// Each option with the name of its value: `clap_mangen` leaves the values out.
fn synopsis(command: &Command) -> Roff {
    let mut roff = Roff::new();
    roff.control("SH", ["SYNOPSIS"]);
    let name = command.get_bin_name().unwrap_or_else(|| command.get_name());
    let mut line = vec![bold(name)];
    for argument in command.get_arguments().filter(|argument| !argument.is_hide_set()) {
        line.push(roman(" "));
        line.extend(usage(argument));
    }
    if command.has_subcommands() {
        line.extend([roman(" "), italic("COMMAND"), roman(" [...]")]);
    }
    roff.text(line);
    roff
}

/// `[--can IFACE]...`, `LOG`, `[--check]`
fn usage(argument: &Arg) -> Vec<Inline> {
    let takes_value = argument.get_action().takes_values();
    let names = argument.get_value_names().unwrap_or_default();
    let value = names.iter().map(|name| name.as_str()).collect::<Vec<_>>().join(" ");
    // An enumeration says its words: they are what there is to type.
    let words: Vec<_> =
        argument.get_possible_values().iter().map(|word| word.get_name().to_owned()).collect();
    let value = if takes_value && !words.is_empty() { words.join("|") } else { value };
    let mut parts = Vec::new();
    let optional = !argument.is_required_set();
    if optional {
        parts.push(roman("["));
    }
    let long = argument.get_long().map(|long| format!("--{long}"));
    let short = argument.get_short().map(|short| format!("-{short}"));
    let flag = [short, long].into_iter().flatten().collect::<Vec<_>>().join("|");
    if !flag.is_empty() {
        parts.push(bold(flag));
    }
    if takes_value {
        let range = argument.get_num_args().unwrap_or_default();
        let before = if argument.is_positional() {
            ""
        } else if argument.is_require_equals_set() {
            "="
        } else {
            " "
        };
        let value = italic(value);
        if range.min_values() == 0 && !argument.is_positional() {
            parts.extend([roman(format!("[{before}")), value, roman("]")]);
        } else {
            parts.extend([roman(before), value]);
        }
    }
    if optional {
        parts.push(roman("]"));
    }
    if matches!(argument.get_action(), ArgAction::Append) {
        parts.push(roman("..."));
    }
    parts
}

/// What every page of the program has in common.
fn rest(command: &Command, program: &Program) -> Roff {
    let mut roff = Roff::new();
    definitions(&mut roff, "EXIT STATUS", program.exit_status);
    definitions(&mut roff, "FILES", program.files);
    roff.control("SH", ["SEE ALSO"]);
    let parent = (command.get_name() != program.command.get_name())
        .then(|| format!("{}(1)", page_name(&program.command)));
    let pages: Vec<&str> = parent.as_deref().into_iter().chain(program.see_also.iter().copied()).collect();
    for (index, page) in pages.iter().enumerate() {
        let (title, section) = page.split_once('(').unwrap_or((page, "1)"));
        let comma = if index + 1 < pages.len() { "," } else { "" };
        roff.text([bold(title), roman(format!("({section}{comma}"))]);
    }
    roff
}

fn definitions(roff: &mut Roff, title: &str, items: &[(&str, &str)]) {
    roff.control("SH", [title]);
    for (term, meaning) in items {
        roff.control("TP", []);
        roff.text([bold(*term)]);
        roff.text([roman(*meaning)]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::programs;

    #[test]
    fn every_option_of_every_program_is_on_its_page() {
        let folder = tempfile::tempdir().unwrap();
        for program in programs::all() {
            write(&program, "2026-11-22", folder.path()).unwrap();
            let mut command = program.command.clone().disable_help_subcommand(true);
            command.build();
            for command in [&command].into_iter().chain(command.get_subcommands()) {
                let page =
                    fs::read_to_string(folder.path().join(format!("{}.1", page_name(command)))).unwrap();
                for option in command.get_arguments().filter_map(|argument| argument.get_long()) {
                    let escaped = format!("\\-\\-{}", option.replace('-', "\\-"));
                    assert!(page.contains(&escaped), "{}: no {escaped}", page_name(command));
                }
                assert!(page.contains(".SH \"SEE ALSO\"") && page.contains("2026"), "{page}");
            }
        }
        assert!(folder.path().join("can-reader-speed.1").exists());
    }

    #[test]
    fn the_synopsis_shows_values() {
        let folder = tempfile::tempdir().unwrap();
        for program in programs::all() {
            write(&program, "2026-11-22", folder.path()).unwrap();
        }
        let synopsis = |name: &str| {
            let page = fs::read_to_string(folder.path().join(format!("{name}.1"))).unwrap();
            let (_, rest) = page.split_once(".SH SYNOPSIS").unwrap();
            rest.split_once(".SH")
                .unwrap()
                .0
                .replace("\\-", "-")
                .replace("\\fB", "")
                .replace("\\fI", "")
                .replace("\\fR", "")
        };
        let service = synopsis("speed-service");
        for part in ["[--vehicle NAME|FILE]", "[--can IFACE]...", "[--bus session|system]", "[--check]"] {
            assert!(service.contains(part), "{part} in {service}");
        }
        assert!(synopsis("can-reader-speed").contains("--vehicle"), "{}", synopsis("can-reader-speed"));
        let setup = synopsis("cardash-setup");
        assert!(setup.contains("[--read-only[=on|off]]"), "{setup}");
        let cluster = synopsis("dashboard-qml");
        assert!(cluster.contains("[--fullscreen[=true|false]]"), "{cluster}");
        assert!(cluster.contains("[--theme auto|day|night]"), "{cluster}");
    }
}
