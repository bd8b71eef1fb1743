//! A car that no profile is for: its wheel speeds are found in a short drive.
//!
//! ```text
//! steps (stand, roll, dash, bends) ─► record ─► can_reader::discover ─► show ─► profile::of_report ─► trial ─► keep
//!        Ear: the live bus                                  log: the same from a recording  ──────────────────┘
//! ```
//!
//! Until somebody has said yes to the last question there is nothing on the disk.

mod drive_log;
mod ear;
mod keep;
mod log;
mod record;
mod show;
mod steps;
mod sure;
#[cfg(test)]
mod tests;
mod trial;

use std::path::Path;

use can_reader::discover::{References, Report, ScaleSource, Traffic, discover};
use can_reader::profile::{FoundError, Proposal, of_report};

use self::ear::Ear;
use self::record::Record;
use self::sure::Sure;
use crate::error::Error;
use crate::talk::Talk;

pub(crate) use self::ear::Live;
pub(crate) use self::keep::{Kept, NewCar, free_name};
pub(crate) use self::log::of_log;

/// What is said before anybody agrees to a drive.
const OPENING: &str = "\nThis car is in no profile. Its wheel speeds can be found in a short drive: Cardash listens, and sends nothing. It takes about three\n\
     minutes, a yard or a quiet road on which you reach 30 km/h, and a passenger who types. What is found is shown and tried first; it gives\n\
     no speed before you have said yes to it.";

/// Leads through a drive to a profile that was tried. `folder`: where the recording may be kept if it comes to none.
///
/// # Errors
/// The person does not want to, nothing is found, or it turns out to be wrong. No profile has been written.
pub(crate) async fn find(
    talk: &mut Talk,
    ear: &mut impl Ear,
    interface: &str,
    name: String,
    folder: Option<&Path>,
) -> Result<NewCar, Error> {
    let mut record = Record::new(interface);
    match drive(talk, ear, &mut record, &name).await {
        Ok((proposal, sure)) => Ok(NewCar { name, proposal, sure, drive: Some(record) }),
        Err(end) => Err(drive_log::offer(talk, &record, folder, end).await),
    }
}

/// Drives until something is found or the person has had enough, and tries it.
async fn drive(
    talk: &mut Talk,
    ear: &mut impl Ear,
    record: &mut Record,
    name: &str,
) -> Result<(Proposal, Sure), Error> {
    let log = "the drive that cardash-setup led through";
    loop {
        record.begin();
        let known = steps::lead(talk, ear, record).await?;
        let readings = known.dash.len();
        let why = match look(talk, record, known).await? {
            Ok(report) => match propose(talk, &report, name, (&*record, log)) {
                Ok(proposal) => {
                    let trial = trial::try_live(talk, ear, &proposal.vehicle, is_guess(&report)).await?;
                    return Ok((proposal, sure::how_sure(&report, readings, Some(&trial))));
                }
                Err(error) => {
                    let why = another_drive_helps(error)?;
                    talk.say(&format!("No profile comes of it: {why}."));
                    why
                }
            },
            Err(why) => why,
        };
        if !talk.confirm("\nDrive once more?", true).await? {
            return Err(Error::NothingFound(why));
        }
    }
}

/// Why no profile came of what was found, where another drive would tell what is missing.
fn another_drive_helps(error: Error) -> Result<String, Error> {
    match error {
        Error::Found(FoundError::Scale) => Ok(
            "nobody read the dash, and nothing else tells how many km/h a count is; read it in steps 2 and 3"
                .to_owned(),
        ),
        other => Err(other),
    }
}

/// Whether nothing that anybody has said tells the scale.
fn is_guess(report: &Report) -> bool {
    let first = report.candidates.first();
    first.is_some_and(|first| matches!(first.scale.source, ScaleSource::Guess | ScaleSource::Unknown))
}

/// Searches; what is typed meanwhile answers nothing.
fn search(talk: &mut Talk, traffic: &Traffic, known: &References) -> Report {
    let report = discover(traffic, known);
    talk.forget_typed_ahead();
    report
}

/// Whether the person wants the drive.
///
/// # Errors
/// The input has ended.
pub(crate) async fn wants(talk: &mut Talk) -> Result<bool, Error> {
    talk.say(OPENING);
    talk.confirm("Find them now?", true).await
}

/// Searches what was recorded, shows what was found, and asks for the sides where no number tells them. In the inner error: why nothing
/// was found.
async fn look(
    talk: &mut Talk,
    record: &Record,
    mut known: References,
) -> Result<Result<Report, String>, Error> {
    let traffic = record.traffic();
    talk.say(&format!(
        "\nLooking for wheel speeds in {} frames of {} messages ...",
        traffic.frames(),
        traffic.ids()
    ));
    let mut report = search(talk, traffic, &known);
    if !report.is_found {
        show::nothing(talk, &report);
        return Ok(Err(report.reason));
    }
    show::evidence(talk, &report);
    if let Some(bend) = show::side(talk, &report).await? {
        known.bends = vec![bend];
        report = search(talk, traffic, &known);
    }
    Ok(Ok(report))
}

/// The profile of what was found.
fn propose(
    talk: &mut Talk,
    report: &Report,
    name: &str,
    (record, log): (&Record, &str),
) -> Result<Proposal, Error> {
    let proposal = of_report(report, name, (record.drive(), log))?;
    show::driven(talk, &proposal);
    talk.forget_typed_ahead();
    Ok(proposal)
}
