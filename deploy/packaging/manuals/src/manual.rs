//! Man pages: one for a program and one for each of its subcommands.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use clap::Command;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

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
    man.render_synopsis_section(&mut out)?;
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
}
