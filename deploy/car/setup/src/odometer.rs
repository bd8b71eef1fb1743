//! `--odometer`: the distance that the car has gone before Cardash was there.

use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::error::Error;
use crate::talk::Talk;

const OBJECT: [&str; 3] = ["org.cardash.Speed1", "/org/cardash/Speed1", "org.cardash.Odometer1"];

/// VSS has 32 bits of metres.
const MOST_M: u64 = u32::MAX as u64;

/// So long the card may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// Kilometres as a person writes them, in metres.
///
/// # Errors
/// A sentence about what is wrong.
pub fn kilometres(words: &str) -> Result<u64, String> {
    let wrong = || format!("{words:?} is no distance in km; write it like 123456 or 123456.7");
    let (whole, part) = words.split_once('.').unwrap_or((words, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || part.len() > 3 || !digits(whole) || !digits(part) || words.ends_with('.') {
        return Err(wrong());
    }
    let whole: u64 = whole.parse().map_err(|_| wrong())?;
    let part: u64 = format!("{part:0<3}").parse().map_err(|_| wrong())?;
    let metres = whole.checked_mul(1000).and_then(|metres| metres.checked_add(part));
    metres.filter(|metres| *metres <= MOST_M).ok_or_else(|| {
        format!("{words} km is more than the {} km that an odometer has room for", MOST_M / 1000)
    })
}

/// Has the service on the system bus set its odometer, and waits until that outlives a power cut.
///
/// # Errors
/// It does not.
pub fn set(talk: &mut Talk, metres: u64, correct: bool) -> Result<(), Error> {
    let method = if correct { "CorrectOdometer" } else { "SetOdometer" };
    let typed = format!("busctl --system call {} {method} t {metres}", OBJECT.join(" "));
    talk.say(&format!("    {typed}"));
    busctl(&["call", OBJECT[0], OBJECT[1], OBJECT[2], method, "t", &metres.to_string()])?;
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        // A car that drives has gone on meanwhile.
        if kept()?.is_some_and(|kept| kept >= metres && kept < metres + 10_000) {
            let (km, m) = (metres / 1000, metres % 1000);
            talk.say(&format!(
                "The odometer has {km}.{m:03} km, and the card has it. The change is kept with its date:"
            ));
            talk.say(&format!("    busctl --system call {} Describe", OBJECT.join(" ")));
            return Ok(());
        }
        sleep(Duration::from_millis(50));
    }
    let reason = busctl(&["get-property", OBJECT[0], OBJECT[1], OBJECT[2], "Reason"])?;
    Err(Error::Odometer(format!(
        "the card did not take it within {} s: {}",
        PATIENCE.as_secs(),
        reason["data"]
    )))
}

/// Whether the service that runs keeps its odometer, and why not; `None` where none answers.
#[must_use]
pub fn is_kept() -> Option<(bool, String)> {
    let get = |name| busctl(&["get-property", OBJECT[0], OBJECT[1], OBJECT[2], name]).ok();
    let kept = get("Kept")?["data"].as_bool()?;
    Some((kept, get("Reason")?["data"].as_str().unwrap_or_default().to_owned()))
}

/// What of it outlives a power cut, m.
fn kept() -> Result<Option<u64>, Error> {
    let description = busctl(&["call", OBJECT[0], OBJECT[1], OBJECT[2], "Describe"])?;
    Ok(description["data"][0]["kept_total"]["data"].as_u64())
}

fn busctl(words: &[&str]) -> Result<Value, Error> {
    let output = Command::new("busctl").args(["--system", "--json=short"]).args(words).output();
    let output = output.map_err(|error| Error::Odometer(format!("busctl does not start: {error}")))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        let said = said.trim();
        let said = said.strip_prefix("Call failed: ").unwrap_or(said);
        let denied =
            said.contains("denied") || said.contains("not authorized") || said.contains("is not for user");
        let remedy = if denied { "; only root may: start it with sudo" } else { "" };
        return Err(Error::Odometer(format!("{said}{remedy}")));
    }
    // A method without an answer prints nothing.
    Ok(serde_json::from_slice(&output.stdout).unwrap_or(Value::Null))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kilometres_are_read_as_people_write_them() {
        for (words, metres) in
            [("0", 0), ("123456", 123_456_000), ("123456.7", 123_456_700), ("1.005", 1_005)]
        {
            assert_eq!(kilometres(words), Ok(metres), "{words}");
        }
        for words in
            ["", "-1", "1,5", "1.", ".5", "1.2345", "1e3", "12 km", "99999999999999999999", "4294968"]
        {
            assert!(kilometres(words).is_err(), "{words}");
        }
    }
}
