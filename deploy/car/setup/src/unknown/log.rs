//! The same from a recording: no interface, no root; what is written is in force nowhere.

use std::fs::File;
use std::path::Path;

use can_reader::SourceTime;
use can_reader::discover::{Reading, References, Report, ScaleSource};
use can_reader::log::{Entry, LogReader};
use can_reader::profile::Saved;

use super::keep::{NewCar, free_name};
use super::record::Record;
use super::{look, propose, search, sure};
use crate::cli::Cli;
use crate::error::Error;
use crate::recording::open;
use crate::talk::Talk;

/// So many readings of the dash are asked for.
const READINGS: usize = 2;

/// Finds the wheel speeds in a recording, shows them, and writes them as a profile into this folder if the person wants that.
///
/// # Errors
/// It cannot be read, nothing is found, or nobody says yes.
pub(crate) async fn of_log(cli: &Cli, talk: &mut Talk, log: &Path) -> Result<(), Error> {
    let shown = log.display().to_string();
    let record = read(log)?;
    let mut known =
        References { dash: cli.speed_is.clone(), bends: cli.bend.clone(), ..References::default() };
    if talk.has_person() && known.dash.is_empty() {
        let report = search(talk, record.traffic(), &known);
        known.dash = readings(talk, &report).await?;
    }
    let count = known.dash.len();
    // With --unknown no profile was held against it.
    let (compared, either) =
        if cli.unknown { ("", "") } else { ("no profile fits what is in it; ", " either") };
    let not_found = |why: String| Error::NotRecognised(shown.clone(), format!("{compared}{why}"));
    let report = look(talk, &record, known)
        .await?
        .map_err(|why| not_found(format!("its wheel speeds are not found{either}: {why}")))?;
    let name = free_name(Path::new("."));
    let proposal = propose(talk, &report, &name, (&record, &shown))?;
    let car = NewCar { name, proposal, sure: sure::how_sure(&report, count, None), drive: None };
    car.say_how_sure(talk);
    if !talk.has_person() {
        return Err(not_found(
            "what was found is above; without --yes it is written as a profile, if you want that".to_owned(),
        ));
    }
    write(talk, &car, &shown).await
}

async fn write(talk: &mut Talk, car: &NewCar, log: &str) -> Result<(), Error> {
    let files = Saved::of(Path::new(&car.name))?;
    let (profile, dbc) = (files.profile.display(), files.dbc.display());
    talk.say(&format!(
        "\nIt can be written into this folder, as {profile} and {dbc}. There it is in force nowhere."
    ));
    if !talk.confirm("Write them?", false).await? {
        return Err(Error::Declined);
    }
    car.write(&files)?;
    talk.say(&format!("Written: {profile} and {dbc}."));
    talk.say(&format!("    on this log:  can-reader speed --vehicle {profile} {log}"));
    talk.say(&format!(
        "    in that car:  sudo mkdir -p /etc/cardash/vehicles && sudo cp --interactive {profile} {dbc} /etc/cardash/vehicles/\n\
         \x20                 sudo cardash-setup --vehicle /etc/cardash/vehicles/{profile}"
    ));
    talk.say("Hold the speed that it gives against the dash before you trust it.");
    Ok(())
}

/// What the dash said in a drive that lies back; none where nothing moves like wheels, or the log itself tells the scale.
async fn readings(talk: &mut Talk, report: &Report) -> Result<Vec<Reading>, Error> {
    let mut readings = Vec::new();
    let first = report.candidates.first().filter(|_| report.is_found);
    let Some(first) = first.filter(|first| first.scale.source != ScaleSource::Obd) else {
        return Ok(readings);
    };
    let top = first
        .scale
        .top_kmh
        .map(|top| format!(" By usual factors its top speed would be {top:.0} km/h."))
        .unwrap_or_default();
    talk.say(&format!(
        "\nSomething moves like wheels, and only the dash says how many km/h that is: without it the speed is a guess.{top}\n\
         What did the dash show, at a moment when the speed was steady? Type km/h, @, and the seconds after the first frame (of {:.0} s).",
        report.seconds
    ));
    while readings.len() < READINGS {
        let question = if readings.is_empty() {
            "Such as 47@12.5, or Enter if nobody knows: "
        } else {
            "And at another speed, or Enter: "
        };
        let answer = talk.line(question).await?;
        if answer.is_empty() {
            break;
        }
        match answer.parse::<Reading>() {
            Ok(reading) if reading.at <= report.seconds => readings.push(reading),
            Ok(_) => talk.say(&format!("The recording has {:.0} s.", report.seconds)),
            Err(why) => talk.say(&why),
        }
    }
    Ok(readings)
}

/// The frames of a log of any kind, with their interfaces.
fn read(log: &Path) -> Result<Record, Error> {
    // It names what is no log.
    drop(open(log)?);
    let failed = |error| Error::File { path: log.to_owned(), error };
    let mut reader = LogReader::of_file(File::open(log).map_err(failed)?);
    let (mut record, mut first_us) = (Record::default(), None);
    while let Some(entry) = reader.next_entry().map_err(failed)? {
        let Entry::Frame(line) = entry else { continue };
        let first_us = *first_us.get_or_insert(line.wall_us);
        let at = SourceTime::from_micros(line.wall_us.saturating_sub(first_us));
        if let Some(frame) = line.frame(at) {
            record.frame(line.interface, &frame);
        }
    }
    match record.traffic().frames() {
        0 => Err(Error::EmptyRecording(log.display().to_string())),
        _ => Ok(record),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[tokio::test]
    async fn what_is_no_log_is_named_as_elsewhere_and_nothing_is_said_of_profiles() {
        let folder = tempfile::tempdir().unwrap();
        let frames: String = (0..40).map(|n| format!("(1.{n:02}0000) can0 7AB#0011\n")).collect();
        for (name, text, words) in [
            ("empty.log", "", "the log is empty; record one"),
            ("car.dbc", "VERSION \"\"\nBU_: A\nBO_ 300 M: 2 A\n", "car.dbc: "),
            ("words.log", "# nothing\n", "words.log: no frame in it; name a log with frames"),
            ("still.log", frames.as_str(), "still.log: its wheel speeds are not found: "),
        ] {
            let log = folder.path().join(name);
            fs::write(&log, text).unwrap();
            let cli = Cli { unknown: true, ..Cli::default() };
            let mut talk = Talk::with_nobody();
            let error = of_log(&cli, &mut talk, &log).await.expect_err(name);
            let is_no_log = name == "car.dbc";
            assert!(!is_no_log || matches!(error, Error::Recording(_)), "{error:?}");
            let error = error.to_string();
            assert!(error.contains(words) && !error.contains("no profile fits"), "{error}");
        }
        let error =
            of_log(&Cli::default(), &mut Talk::with_nobody(), folder.path()).await.expect_err("a folder");
        assert!(error.to_string().contains("not a regular file"), "{error}");
        // Where profiles were compared it says so.
        let log = folder.path().join("still.log");
        let error = of_log(&Cli::default(), &mut Talk::with_nobody(), &log).await.expect_err("it stands");
        let words = "still.log: no profile fits what is in it; its wheel speeds are not found either: ";
        assert!(error.to_string().contains(words), "{error}");
    }
}
