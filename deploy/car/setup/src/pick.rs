//! Which profile: what fits is offered, and a person decides where it is not certain.

use crate::error::Error;
use crate::fit::{Candidate, Grade, Offer, offer};
use crate::talk::Talk;

/// What was decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Picked {
    /// This profile, by what the configuration calls it.
    Profile(String),
    /// None of them.
    None,
}

/// Offers the candidates. `named`: the one of the command line; `present`: that of the configuration;
/// `heard`: there was traffic.
///
/// # Errors
/// A person would have to decide, and there is none; or the frames contradict what was named.
pub async fn pick(
    talk: &mut Talk,
    candidates: &[Candidate],
    named: Option<usize>,
    present: Option<&str>,
    heard: bool,
    interface: &str,
) -> Result<Picked, Error> {
    match named.and_then(|place| candidates.get(place)) {
        Some(candidate) => confirm_named(talk, candidate, heard, interface).await,
        None => among(talk, candidates, present).await,
    }
}

async fn confirm_named(
    talk: &mut Talk,
    candidate: &Candidate,
    heard: bool,
    interface: &str,
) -> Result<Picked, Error> {
    let key = &candidate.key;
    if heard {
        talk.say(&format!("\nVehicle {key}, {}: {}", candidate.title(), candidate.verdict()));
        candidate.evidence().iter().for_each(|line| talk.say(&format!("      {line}")));
    }
    let doubt = match candidate.grade() {
        Grade::Contradicted => {
            format!("the frames on {interface} are not those of vehicle {key}, though they have its ids")
        }
        Grade::NotHeard if heard => format!("no frame of vehicle {key} is on {interface}"),
        _ => return Ok(Picked::Profile(key.clone())),
    };
    if !talk.has_person() {
        // Frames of another car could give a wrong speed; a car that is silent gives none.
        if candidate.grade() == Grade::Contradicted {
            return Err(Error::Contradicted(doubt));
        }
        talk.say(&format!("Warning: {doubt}. There will be no speed until there is."));
        return Ok(Picked::Profile(key.clone()));
    }
    if talk.confirm(&format!("But {doubt}. Take it all the same?"), false).await? {
        return Ok(Picked::Profile(key.clone()));
    }
    Err(Error::Declined)
}

async fn among(talk: &mut Talk, candidates: &[Candidate], present: Option<&str>) -> Result<Picked, Error> {
    let offer = offer(candidates);
    let places = match &offer {
        Offer::Certain(place) => vec![*place],
        Offer::Choice(places) => places.clone(),
        Offer::Nothing => {
            show_others(talk, candidates);
            return Ok(Picked::None);
        }
    };
    talk.say("\nProfiles that fit:");
    for (number, place) in places.iter().enumerate() {
        let candidate = &candidates[*place];
        talk.say(&format!(
            "  {} {}, {}: {}",
            number + 1,
            candidate.key,
            candidate.title(),
            candidate.verdict()
        ));
        candidate.evidence().iter().for_each(|line| talk.say(&format!("      {line}")));
    }
    let same = |place: &usize| present == Some(candidates[*place].key.as_str());
    let configured = places.iter().position(same);
    if talk.has_person() {
        return ask(talk, candidates, &places, configured.unwrap_or(0)).await;
    }
    match (offer, configured) {
        (Offer::Certain(place), _) => Ok(Picked::Profile(candidates[place].key.clone())),
        (_, Some(number)) => Ok(Picked::Profile(candidates[places[number]].key.clone())),
        _ => Err(Error::ProfileToChoose(to_choose(candidates, &places))),
    }
}

/// Why a person has to choose, and the words to type.
pub(crate) fn to_choose(candidates: &[Candidate], places: &[usize]) -> String {
    let words: Vec<_> =
        places.iter().map(|place| format!("--vehicle {}", candidates[*place].word())).collect();
    match places {
        [only] if candidates[*only].grade() >= Grade::Rolled => {
            let word = &words[0];
            format!(
                "profile {} fits, but is known from public notes only: hold it against the dash without --yes, or type {word}",
                candidates[*only].key
            )
        }
        [only] => format!(
            "profile {} may fit, but nothing proves it; if it is your car, type {}",
            candidates[*only].key, words[0]
        ),
        _ => format!("more than one profile fits; type which is your car: {}", words.join(", or ")),
    }
}

async fn ask(
    talk: &mut Talk,
    candidates: &[Candidate],
    places: &[usize],
    default: usize,
) -> Result<Picked, Error> {
    let none = places.len() + 1;
    talk.say(&format!("  {none} none of these"));
    talk.say("Hold the speed that it gives against the speedometer before you trust it.");
    let number = talk.choose("Which is your car?", none, default + 1).await?;
    Ok(match places.get(number - 1) {
        Some(place) => Picked::Profile(candidates[*place].key.clone()),
        None => Picked::None,
    })
}

/// Those whose ids are there, and why they do not fit.
fn show_others(talk: &mut Talk, candidates: &[Candidate]) {
    talk.say("\nNone of the profiles fits what is heard.");
    for candidate in candidates.iter().filter(|candidate| candidate.grade() == Grade::Contradicted) {
        talk.say(&format!("  {}, {}: {}", candidate.key, candidate.title(), candidate.verdict()));
        candidate.evidence().iter().for_each(|line| talk.say(&format!("      {line}")));
    }
}

#[cfg(test)]
mod tests;
