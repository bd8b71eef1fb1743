//! Whether the controller acknowledges frames: a bench with a single sender needs it, and it must not follow
//! the bench's configuration into a car.

use can_reader::vehicle::LinkSettings;

use crate::configuration::acknowledges;
use crate::error::Error;
use crate::talk::Talk;

/// What acknowledges, as far as it is known before anything is asked.
#[derive(Clone, Copy, Debug, Default)]
pub struct Known<'a> {
    /// `--acknowledge`.
    pub asked_for: bool,
    /// A configuration with `listen_only = false`: what the file is called.
    pub by_file: Option<&'a str>,
    /// A configuration with the owner's consent that the car is asked: what the file is called.
    pub by_consent: Option<&'a str>,
    /// An interface that is up and not in listen-only mode.
    pub by_interface: Option<&'a str>,
}

/// The first sentences of the set-up: what it does to the bus. `asks`: there is a person.
#[must_use]
pub fn opening(known: Known<'_>, asks: bool) -> String {
    let mut sources = Vec::new();
    if known.asked_for {
        sources.push("by --acknowledge the controller acknowledges those of others".to_owned());
    } else if let Some(file) = known.by_file {
        sources.push(format!("by listen_only = false in {file} the controller acknowledges those of others"));
    }
    if let Some(name) = known.by_interface {
        sources.push(format!("{name} is up and acknowledges frames now"));
    }
    if let Some(file) = known.by_consent {
        let words = "has your consent that this car is asked over OBD-II: cardash-obd writes to its bus";
        sources.insert(0, format!("{file} {words}"));
    }
    match (sources.is_empty(), asks) {
        (true, true) => {
            "Cardash set-up. Before you agree it sends nothing on the CAN bus, and writes nothing.".to_owned()
        }
        (true, false) => "Cardash set-up. It sends nothing on the CAN bus.".to_owned(),
        (false, true) => {
            format!(
                "Cardash set-up. Before you agree it sends no frames, and writes nothing. But {}.",
                sources.join("; ")
            )
        }
        (false, false) => format!("Cardash set-up. It sends no frames. But {}.", sources.join("; ")),
    }
}

/// `listen_only` of the new configuration; `None`: what stands there stays, and else the profile decides.
///
/// # Errors
/// The input has ended.
pub async fn listen_only(
    talk: &mut Talk,
    asked_for: bool,
    before: Option<&str>,
    profile: LinkSettings,
    shown: &str,
) -> Result<Option<bool>, Error> {
    if asked_for {
        return Ok(Some(false));
    }
    // Where the vehicle itself is a bench, the file's key says nothing new.
    if profile.listen_only == Some(false) || !before.is_some_and(acknowledges) {
        return Ok(None);
    }
    talk.say(&format!(
        "\n{shown} has listen_only = false, by which the controller acknowledges frames. Right on a bench with a \
         single sender, wrong in a car."
    ));
    if !talk.confirm("Set listen-only again?", true).await? {
        return Ok(None);
    }
    if !talk.has_person() {
        talk.say("It is set to listen_only = true again, as --acknowledge is not given.");
    }
    Ok(Some(true))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BENCH: &str = "vehicle = \"honda\"\n[link]\nlisten_only = false\n";

    fn silent() -> LinkSettings {
        LinkSettings::default()
    }

    #[test]
    fn sending_nothing_is_said_only_where_it_is_true() {
        let words = "Cardash set-up. Before you agree it sends nothing on the CAN bus, and writes nothing.";
        assert_eq!(opening(Known::default(), true), words);
        assert_eq!(opening(Known::default(), false), "Cardash set-up. It sends nothing on the CAN bus.");
        let consent = opening(Known { by_consent: Some("speed.toml"), ..Known::default() }, true);
        assert!(
            !consent.contains("sends nothing") && consent.contains("speed.toml has your consent"),
            "{consent}"
        );
        for known in [
            Known { asked_for: true, ..Known::default() },
            Known { by_file: Some("speed.toml"), ..Known::default() },
            Known { by_interface: Some("can0"), ..Known::default() },
        ] {
            let said = opening(known, false);
            assert!(!said.contains("sends nothing") && said.contains("acknowledges"), "{said}");
        }
    }

    #[tokio::test]
    async fn a_bench_that_comes_into_a_car_is_asked_about() {
        for (answer, expected) in [("", Some(true)), ("y", Some(true)), ("n", None)] {
            let mut talk = Talk::scripted(&[answer]);
            let decided = listen_only(&mut talk, false, Some(BENCH), silent(), "speed.toml").await.unwrap();
            assert_eq!(decided, expected);
            assert!(talk.said().contains("speed.toml has listen_only = false"), "{}", talk.said());
            assert!(talk.said().contains("Set listen-only again? [Y/n]"), "{}", talk.said());
        }
        let decided = listen_only(&mut Talk::with_nobody(), false, Some(BENCH), silent(), "").await.unwrap();
        assert_eq!(decided, Some(true), "nobody to ask");
    }

    #[tokio::test]
    async fn nothing_is_asked_where_there_is_no_doubt() {
        let bench = LinkSettings { listen_only: Some(false), ..silent() };
        let car = BENCH.replace("false", "true");
        for (asked_for, before, profile, expected) in [
            (true, Some(BENCH), silent(), Some(false)),
            (false, None, silent(), None),
            (false, Some(car.as_str()), silent(), None),
            (false, None, bench, None),
            (false, Some(BENCH), bench, None),
        ] {
            // A question would find no answer here.
            let mut talk = Talk::scripted(&[]);
            let decided = listen_only(&mut talk, asked_for, before, profile, "").await.unwrap();
            assert_eq!((decided, talk.said()), (expected, ""));
        }
    }
}
