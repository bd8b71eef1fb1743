//! For the person who wants to know why: a case told as text, and as files for other tools.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::answer::{Level, Who};
use crate::case::{Case, Setting};
use crate::drive::record::Value;
use crate::judge::{Tally, allowed, fault};
use crate::play::{Look, play};

/// Writes `case.txt` into the folder: the car, the fault, and each stretch of time that was wrong.
///
/// # Errors
/// When the case cannot be played or the file not be written.
pub fn tell(case: &Case, tally: &Tally, who: Who, folder: &Path) -> Result<()> {
    let setting = case.set_up()?;
    let mut looks = Vec::new();
    play(&setting, who, &mut |look| looks.push(look))?;
    let mut out = describe(case, &setting);
    // Writing to a String cannot fail.
    let _ = writeln!(
        out,
        "wrong: {:.2} s in ok (worst {:.1} km/h), {:.2} s in degraded (worst {:.1} km/h)",
        tally.wrong_ok, tally.worst_ok, tally.wrong_degraded, tally.worst_degraded
    );
    for (first, last) in stretches(&looks) {
        let (from, to) = (looks[first].at, looks[last].at);
        let _ = writeln!(out, "\nwrong from {from:.2} to {to:.2} s");
        let _ = writeln!(out, "    time   truth  FL FR RL RR as sent             answer");
        let around = looks.iter().filter(|look| from - 0.4 <= look.at && look.at <= to.min(from + 3.0) + 0.2);
        for (number, look) in around.enumerate() {
            if number % 4 == 0 || fault(look).is_some() && number % 2 == 0 {
                row(&mut out, &setting, look);
            }
        }
    }
    let words = format!("{}-{}", case.trouble.group().as_str(), case.trouble.as_str());
    let words: String = words.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    write(folder, &format!("{words}-{}-{}.txt", case.seed, case.index), &out)
}

/// Writes the case as a log with its profile, and what was said and true as a table.
///
/// # Errors
/// As [`tell`].
pub fn dump(case: &Case, who: Who, folder: &Path) -> Result<()> {
    let setting = case.set_up()?;
    let mut csv = String::from("seconds,truth_kmh,state,speed_kmh,uncertainty_kmh,reason,fl,fr,rl,rr\n");
    play(&setting, who, &mut |look| {
        let Look { at, truth, answer, .. } = look;
        let speed = if answer.level == Level::Silent {
            String::new()
        } else {
            format!("{:.3},{:.3}", answer.kmh, answer.uncertainty)
        };
        let speed = if speed.is_empty() { ",".to_owned() } else { speed };
        let wheels = last_sent(&setting, at)
            .map(|value| value.and_then(Value::kmh).map_or(String::new(), |kmh| format!("{kmh:.3}")));
        let _ = writeln!(
            csv,
            "{at:.3},{truth:.3},{},{speed},{},{}",
            answer.word,
            answer.reason,
            wheels.join(",")
        );
    })?;
    let log = setting.log.clone().unwrap_or_else(|| log_of(&setting));
    write(folder, "case.txt", &describe(case, &setting))?;
    write(folder, "case.csv", &csv)?;
    write(folder, "case.log", &log)?;
    write(folder, "case.toml", &setting.layout.profile)
}

fn log_of(setting: &Setting) -> String {
    let mut out = String::new();
    for arrival in &setting.arrivals {
        let stamp = arrival.frame.stamp.wall_us;
        let (seconds, micros) = (stamp / 1_000_000, stamp % 1_000_000);
        let _ =
            writeln!(out, "({seconds}.{micros:06}) can0 {}#{:?}", arrival.frame.id, arrival.frame.payload);
    }
    out
}

fn describe(case: &Case, setting: &Setting) -> String {
    let mut out =
        format!("case {} (again: --case {} --dump FOLDER)\n{}\n", case.name(), case.name(), setting.what);
    let _ = writeln!(out, "car: {}", setting.car.describe());
    let cycles: Vec<_> =
        setting.layout.messages.iter().map(|message| format!("{:.0} ms", 1e3 * message.cycle)).collect();
    let _ = writeln!(
        out,
        "layout: {}, {}, steps of {:.4} km/h",
        setting.layout.form.as_str(),
        cycles.join(" "),
        setting.layout.resolution()
    );
    let _ = writeln!(
        out,
        "profile:\n{}",
        setting.layout.profile.lines().map(|line| format!("    {line}\n")).collect::<String>()
    );
    out
}

/// Index of the first and last look of each wrong stretch; looks less than 0.5 s apart belong together.
fn stretches(looks: &[Look]) -> Vec<(usize, usize)> {
    const MOST: usize = 6;
    let mut out: Vec<(usize, usize)> = Vec::new();
    for (index, _) in looks.iter().enumerate().filter(|(_, look)| fault(look).is_some()) {
        match out.last_mut() {
            Some((_, last)) if looks[index].at - looks[*last].at < 0.5 => *last = index,
            _ => out.push((index, index)),
        }
    }
    out.truncate(MOST);
    out
}

fn row(out: &mut String, setting: &Setting, look: &Look) {
    let Look { at, truth, answer, .. } = *look;
    let wheels = last_sent(setting, at).map(|value| match value {
        Some(Value::Kmh(kmh)) => format!("{kmh:7.2}"),
        Some(Value::Ones) => "   ones".to_owned(),
        None => "      -".to_owned(),
    });
    let said = match answer.level {
        Level::Silent => String::new(),
        _ => format!("{:7.2} +- {:.2}", answer.kmh, answer.uncertainty),
    };
    let mark = if fault(look).is_some() {
        format!("  WRONG by {:.2} (allowed {:.2})", (answer.kmh - truth).abs(), allowed(truth))
    } else {
        String::new()
    };
    let _ = writeln!(
        out,
        "{at:8.2} {truth:7.2}  {}  {} {said} {}{mark}",
        wheels.join(" "),
        answer.word,
        answer.reason
    );
}

/// The newest value of each wheel.
fn last_sent(setting: &Setting, at: f64) -> [Option<Value>; 4] {
    let sent = &setting.record.sent;
    let until = sent.partition_point(|one| one.at <= at);
    let mut values = [None; 4];
    for one in sent[..until].iter().rev().take(40) {
        for &wheel in &setting.layout.messages[one.message].wheels {
            values[wheel] = values[wheel].or(Some(one.values[wheel]));
        }
    }
    values
}

fn write(folder: &Path, name: &str, text: &str) -> Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
    let path = folder.join(name);
    fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))
}
