//! A car that no profile is for: its wheel speeds are found in a short drive.
//!
//! ```text
//! steps (stand, roll, dash, bends) ─► record ─► can_reader::discover ─► show ─► profile::of_report ─► trial ─► keep
//!        Ear: the live bus                                  log: the same from a recording  ──────────────────┘
//! ```
//!
//! Until somebody has said yes to the last question there is nothing on the disk.

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

use can_reader::discover::{References, Report, discover};
use can_reader::profile::{Proposal, of_report};

use self::ear::Ear;
use self::record::Record;
use crate::error::Error;
use crate::talk::Talk;

pub(crate) use self::ear::Live;
pub(crate) use self::keep::{Kept, NewCar, free_name};
pub(crate) use self::log::of_log;

/// What is said before anybody agrees to a drive.
const OPENING: &str = "\nThis car is in no profile. Its wheel speeds can be found in a short drive: Cardash listens, and sends nothing. It takes about three\n\
     minutes, a yard or a quiet road on which you reach 30 km/h, and a passenger who types. What is found is shown and tried first; it gives\n\
     no speed before you have said yes to it.";

/// Asks whether the person wants to drive, and leads to a profile that was tried.
///
/// # Errors
/// The person does not want to, nothing is found, or it turns out to be wrong. Nothing has been written.
pub(crate) async fn find(
    talk: &mut Talk,
    ear: &mut impl Ear,
    interface: &str,
    name: String,
) -> Result<NewCar, Error> {
    let log = "the drive that cardash-setup led through";
    loop {
        let mut record = Record::new(interface);
        let known = steps::lead(talk, ear, &mut record).await?;
        let readings = known.dash.len();
        match look(talk, &record, known).await? {
            Ok(report) => {
                let proposal = propose(talk, &report, &name, (&record, log))?;
                let trial = trial::try_live(talk, ear, &proposal.vehicle).await?;
                let sure = sure::how_sure(&report, readings, Some(&trial));
                return Ok(NewCar { name, proposal, sure });
            }
            Err(why) => {
                if !talk.confirm("\nDrive once more?", true).await? {
                    return Err(Error::NothingFound(why));
                }
            }
        }
    }
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
    let mut report = discover(traffic, &known);
    if !report.is_found {
        show::nothing(talk, &report);
        return Ok(Err(report.reason));
    }
    show::evidence(talk, &report);
    if let Some(bend) = show::side(talk, &report).await? {
        known.bends = vec![bend];
        report = discover(traffic, &known);
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
    Ok(proposal)
}
