//! The table of `docs/truth.md`.

use std::fmt::Write as _;

use crate::campaign::Outcome;
use crate::judge::Tally;
use crate::limits::{Broken, LIMITS};
use crate::trouble::{Group, Trouble};

const HEAD: &str = "\
| group | layouts | hours | wrong in `ok`, s/h (worst, km/h) | wrong in `degraded`, s/h (worst) | with a speed | `ok` | within the uncertainty | mean uncertainty, km/h |
|---|---|---|---|---|---|---|---|---|
";

const FAULT_HEAD: &str = "\
| group | fault | hours | wrong in `ok`, s/h (worst, km/h) | wrong in `degraded`, s/h (worst) | with a speed | `ok` | within the uncertainty | mean uncertainty, km/h |
|---|---|---|---|---|---|---|---|---|
";

/// By group, then by fault, as Markdown.
pub fn markdown(outcome: &Outcome) -> String {
    let mut out = String::from(HEAD);
    for group in Group::ALL {
        for coarse in [false, true] {
            let tally = outcome.group(group, coarse);
            if tally.all > 0.0 {
                let layouts = if coarse { "one a wheel, whole km/h" } else { "one message, one an axle" };
                line(&mut out, group.as_str(), layouts, &tally);
            }
        }
    }
    out.push('\n');
    out.push_str(FAULT_HEAD);
    let mut places: Vec<_> = outcome.sums.keys().map(|(group, place, _)| (*group, *place)).collect();
    places.dedup();
    let troubles = Trouble::all();
    for (group, place) in places {
        let mut sum = Tally::default();
        for coarse in [false, true] {
            outcome.sums.get(&(group, place, coarse)).into_iter().for_each(|tally| sum.add(tally));
        }
        line(&mut out, group.as_str(), troubles[place].as_str(), &sum);
    }
    out
}

fn line(out: &mut String, group: &str, second: &str, tally: &Tally) {
    let back = if tally.back.is_empty() {
        String::new()
    } else {
        format!(" (back within {:.2} s)", tally.slowest_return())
    };
    // Writing to a String cannot fail.
    let _ = writeln!(
        out,
        "| {group} | {second} | {:.1} | {} | {} | {:.2} %{back} | {:.2} % | {:.2} % | {:.2} |",
        tally.all / 3600.0,
        seconds(tally, tally.wrong_ok, tally.worst_ok),
        seconds(tally, tally.wrong_degraded, tally.worst_degraded),
        tally.percent(tally.speed),
        tally.percent(tally.ok),
        tally.inside_percent(),
        tally.mean_uncertainty(),
    );
}

fn seconds(tally: &Tally, seconds: f64, worst: f64) -> String {
    if seconds > 0.0 { format!("{:.2} ({worst:.1})", tally.an_hour(seconds)) } else { "0".to_owned() }
}

/// Each limit that is broken, with its line of the table.
pub fn broken(outcome: &Outcome) -> Vec<Broken> {
    let mut broken = Vec::new();
    for limit in &LIMITS {
        for coarse in [false, true] {
            let tally = outcome.group(limit.group, coarse);
            if tally.all > 0.0 {
                let layouts = if coarse { "one a wheel, whole km/h" } else { "one message, one an axle" };
                let line = |what: Broken| Broken {
                    sentence: format!("{} ({layouts}): {}", limit.group.as_str(), what.sentence),
                    ..what
                };
                broken.extend(limit.broken(&tally, coarse).into_iter().map(line));
            }
        }
    }
    broken
}

/// Where the table begins and ends in a document.
const MARKS: [&str; 2] = ["<!-- campaign: begin -->\n", "<!-- campaign: end -->"];

/// Puts the text between the marks of a document.
///
/// # Errors
/// When the file cannot be read or written, or has no marks.
pub fn write_into(file: &std::path::Path, text: &str) -> anyhow::Result<()> {
    use anyhow::Context as _;
    let name = file.display();
    let old = std::fs::read_to_string(file).with_context(|| format!("cannot read {name}"))?;
    let parts = old.split_once(MARKS[0]).and_then(|(head, rest)| Some((head, rest.split_once(MARKS[1])?.1)));
    let (head, tail) =
        parts.with_context(|| format!("{name} has no lines {} and {}", MARKS[0].trim(), MARKS[1]))?;
    let new = format!("{head}{}{text}{}{tail}", MARKS[0], MARKS[1]);
    std::fs::write(file, new).with_context(|| format!("cannot write {name}"))
}
