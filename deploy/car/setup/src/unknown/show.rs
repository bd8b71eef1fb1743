//! What was found, in sentences, and the one question that only a person can answer.

use can_reader::discover::{Bend, Candidate, Kind, Report};
use can_reader::profile::Proposal;

use crate::error::Error;
use crate::talk::Talk;

/// How sure, percent: nothing that is found by numbers alone is certain.
pub(super) fn percent(candidate: &Candidate) -> f64 {
    (100.0 * candidate.confidence).min(99.0)
}

/// What speaks for the first candidate.
pub(super) fn evidence(talk: &mut Talk, report: &Report) {
    let Some(first) = report.candidates.first() else { return };
    let what = match (first.kind, first.signals.len()) {
        (Kind::Wheels, count) => format!("{count} wheel speeds"),
        (Kind::Vehicle, _) => "one speed of the vehicle".to_owned(),
    };
    talk.say(&format!("\nFound {what}, {:.0} % sure: {}.", percent(first), report.reason));
    first.evidence.iter().for_each(|sentence| talk.say(&format!("  - {sentence}")));
}

/// That nothing was found, why, and what came nearest.
pub(super) fn nothing(talk: &mut Talk, report: &Report) {
    talk.say(&format!("\nNot found: {}.", report.reason));
    let Some(nearest) = report.candidates.first() else { return };
    let ids: Vec<_> = nearest.signals.iter().map(|signal| signal.id.to_string()).collect();
    let id = ids.first().map_or("-", String::as_str);
    talk.say(&format!("What came nearest, in {id}, is {:.0} % sure:", percent(nearest)));
    nearest.evidence.iter().for_each(|sentence| talk.say(&format!("  - {sentence}")));
}

/// What the profile gives on the drive that it was found in.
pub(super) fn driven(talk: &mut Talk, proposal: &Proposal) {
    if let Some(driven) = &proposal.driven {
        talk.say(&format!("With it, on the same drive: {driven}."));
    }
    proposal.against.iter().for_each(|sentence| talk.say(&format!("  Against it: {sentence}.")));
}

/// Which way the tightest bend went, where that alone tells the sides; `None` where it tells nothing more, or the person does not know.
///
/// # Errors
/// The input has ended.
pub(super) async fn side(talk: &mut Talk, report: &Report) -> Result<Option<Bend>, Error> {
    let Some(at) = report.candidates.first().and_then(|first| first.bend) else { return Ok(None) };
    let question = format!(
        "\nWhich wheels are the left ones? The drive's tightest bend was {at:.0} s after its beginning, {:.0} s before its end.\n\
         Did it go to the left or to the right? [l/r, Enter if you do not know] ",
        (report.seconds - at).max(0.0)
    );
    loop {
        let answer = talk.line(&question).await?;
        match answer.to_lowercase().as_str() {
            "l" | "left" => return Ok(Some(Bend::near(true, at))),
            "r" | "right" => return Ok(Some(Bend::near(false, at))),
            "" => {
                talk.say("Then the profile says that the sides are not known.");
                return Ok(None);
            }
            _ => talk.say("Please answer l or r, or Enter alone."),
        }
    }
}

/// Whether left and right are known, or do not matter.
pub(super) fn sides_are_known(first: &Candidate) -> bool {
    first.kind != Kind::Wheels || first.signals.iter().all(|signal| signal.wheel.is_some())
}
