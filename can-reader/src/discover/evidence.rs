//! Sentences for a mechanic.

use super::axles::Bends;
use super::pages::Page;
use super::reference::ScaleSource;
use super::report::{AxleFrom, Candidate, Kind, Signal};
use super::search::{Finds, Found, id_of};
use super::traffic::View;

/// So many ids are named.
const NAMED: usize = 4;

/// What is to be recorded, for any log that shows too little.
const RECORD: &str = "record two minutes: stand for ten seconds with the engine on, drive off, go to 30 km/h or more, brake to a stop, \
     and take a tight bend to the left and one to the right";

/// Why nothing was found.
pub(super) fn nothing(finds: &Finds) -> String {
    let groups = finds.groups.iter().map(|found| &found.group);
    let all =
        groups.chain(&finds.singles).filter(|group| group.traits.range > 60.0 && group.traits.middle >= 8);
    let (mut steady, mut moving) = (false, false);
    for group in all {
        steady |= group.members.len() >= 3 && group.traits.base > 0.8;
        moving |= group.traits.is_lowest && group.traits.rest_share < 0.9 && group.traits.pace > 0.03;
    }
    let seen = match (steady, moving) {
        (true, _) => "the speed hardly changed",
        (false, true) => {
            "some numbers move, but none has a second one that moves like the speed of a car with it: was the car driven?"
        }
        (false, false) => "no number moved like a speed: the car seems to stand",
    };
    format!("{seen}; {RECORD}")
}

/// What speaks for the first one, in a sentence.
pub(super) fn summary(first: &Candidate) -> String {
    let count =
        ["no", "one", "two", "three", "four", "five"].get(first.signals.len()).copied().unwrap_or("some");
    let mut ids: Vec<_> = first.signals.iter().map(|signal| signal.id.to_string()).collect();
    ids.dedup();
    let ids = ids.join(" and ");
    let rest = first.signals.first().map_or(0.0, |signal| 0.0 - signal.offset_raw);
    match (first.kind, first.signals.first().and_then(|signal| signal.obd_pid)) {
        (Kind::Wheels, _) => format!(
            "{count} numbers of like form in {ids} move together as wheels do, and read {rest} at rest"
        ),
        (Kind::Vehicle, Some(_)) => format!("{ids} answers OBD-II requests for the vehicle's speed"),
        (Kind::Vehicle, None) => {
            format!("a number in {ids} moves like the speed of a car, and others say the same")
        }
    }
}

/// What a find shows.
pub(super) fn of(found: &Found, kind: Kind, follows: Option<(f64, f64)>, views: &[View]) -> Vec<String> {
    let traits = &found.group.traits;
    let mut said = Vec::new();
    match (kind, follows) {
        (_, Some((times, correlation))) => {
            said.push(format!("{:.4} counts for one of the wheels' (correlation {correlation:.4})", times));
        }
        (Kind::Wheels, None) => said.push(format!(
            "{} numbers of like form agree within {:.1} % of their range, and are equal {:.0} % of the time",
            found.group.members.len(),
            100.0 * traits.agree,
            100.0 * traits.same
        )),
        (Kind::Vehicle, None) if found.group.members.len() == 2 => {
            said.push("the same number twice".to_owned());
        }
        (Kind::Vehicle, None) => said.push("one number, without wheels that would prove it".to_owned()),
    }
    said.push(match found.rest {
        Some(rest) if traits.rest_share > 0.02 => {
            format!("at rest {:.0} % of the time, at {rest}, its least value", 100.0 * traits.rest_share)
        }
        Some(rest) => format!(
            "never at rest in this log; at {rest:.0} it would be, by a number that is proportional to it"
        ),
        None => "never at rest in this log, so that its value at rest is taken for 0".to_owned(),
    });
    let seconds = 1.0 / traits.pace.max(1e-3);
    said.push(format!("moves like a heavy thing: through its whole range in {seconds:.1} s at the fastest"));
    said.extend(pages(found, views));
    if found.group.still > 0 {
        said.push(format!(
            "{} places beside it stand at the value of rest all the time: on a lift, the other axle",
            found.group.still
        ));
    }
    let ids: Vec<_> = found.ids.iter().map(ToString::to_string).collect();
    if !ids.is_empty() {
        let more = if ids.len() > NAMED { format!(" and {} more", ids.len() - NAMED) } else { String::new() };
        said.push(format!("the same speed is in {}{more}", ids[..ids.len().min(NAMED)].join(", ")));
    } else if follows.is_none() {
        said.push(format!("no message but {} shows this speed", id_of(&found.group, views)));
    }
    said
}

/// Which message says different things in turn.
fn pages(found: &Found, views: &[View]) -> Option<String> {
    let paged = found.group.members.iter().map(|member| &views[member.view]);
    let mut paged: Vec<_> = paged.filter_map(|view| Some((view.id, view.page.as_ref()?))).collect();
    paged.sort_by_key(|(id, page)| (*id, page.value));
    paged.dedup_by_key(|(id, page)| (*id, page.value));
    let (id, Page { selector, .. }) = paged.first()?;
    let values: Vec<_> = paged.iter().map(|(_, page)| page.value.to_string()).collect();
    Some(format!(
        "{id} says different things in turn (it is multiplexed): what, its bits {}|{} tell; this is there when they are {}",
        selector.start(),
        selector.bits,
        values.join(" or ")
    ))
}

/// What is known of left and right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sides {
    /// By a bend that somebody knows.
    Known,
    /// Nobody knows a bend, or there was none then.
    Unknown,
    /// The bends that somebody knows do not agree.
    Contradicted,
}

/// What bends show, and what they do not.
pub(super) fn places(candidate: &mut Candidate, bends: Option<&Bends>, signals: &[Signal], sides: Sides) {
    match (candidate.axle_from, bends) {
        (Some(AxleFrom::Bends), Some(bends)) => candidate.evidence.push(format!(
            "inner and outer wheels differ by {:.0} % in bends, and the pair that is {:.1} % faster in them is the front axle: it runs on the wider circle",
            bends.sides_percent, bends.axles_percent
        )),
        (Some(AxleFrom::Order), _) => {
            candidate.evidence.push("no bend in this log tells the axles; by their order, as most cars have it, the front axle comes first".to_owned());
        }
        _ => {}
    }
    if let Some(axle) = candidate.driven {
        candidate
            .evidence
            .push(format!("under power the {axle} wheels run ahead of the others: that axle is driven"));
    }
    if sides == Sides::Contradicted {
        candidate.evidence.push(
            "the bends that are known contradict each other, so that left and right are not told".to_owned(),
        );
    }
    let first = signals.iter().find(|signal| signal.side == Some('A'));
    if let (Some(bends), Some(_), true) = (bends, first, sides != Sides::Known)
        && let Some((at, percent)) = bends.sharpest()
    {
        candidate.bend = Some(at).filter(|_| candidate.axle_from == Some(AxleFrom::Bends));
        candidate.questions.push(format!(
            "at {at:.1} s the wheels of side A were {percent:.0} % faster than those of side B: was that a bend to the left (then A is \
             the right side) or to the right? Say it: --bend left@{at:.1} or --bend right@{at:.1}"
        ));
    } else if bends.is_none() && signals.len() == 4 {
        candidate.questions.push(
            "which wheels are left and right, and by proof which axle is the front one: take a tight bend to the left, then one to the right"
                .to_owned(),
        );
    }
}

/// A guess needs a person.
pub(super) fn scale_question(candidate: &Candidate) -> Option<String> {
    let scale = &candidate.scale;
    if !matches!(scale.source, ScaleSource::Guess | ScaleSource::Unknown) {
        return None;
    }
    let mut tops: Vec<_> =
        scale.top_kmh.into_iter().chain(scale.others.iter().take(3).map(|(_, top, _)| *top)).collect();
    tops.dedup_by(|a, b| (*a - *b).abs() < 0.5);
    let tops: Vec<_> = tops.iter().map(|top| format!("{top:.0}")).collect();
    let which = match tops.as_slice() {
        [] => "how fast did it go?".to_owned(),
        [only] => format!("was the top speed {only} km/h?"),
        [all @ .., last] => format!("was the top speed {} or {last} km/h?", all.join(", ")),
    };
    Some(format!(
        "the scale is a guess: {which} Say what the dash showed: --speed-is 47@12.5, or --gps FILE.csv"
    ))
}
