//! How sure a profile is that was found, and of what not.

use can_reader::discover::{AxleFrom, Candidate, Kind, Report, ScaleSource};

use super::show::{percent, sides_are_known};
use super::trial::Trial;

/// With less the numbers themselves are in doubt.
const SURE: f64 = 0.9;

/// How sure, in sentences.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Sure {
    /// What is known, and by what, a line each.
    pub lines: Vec<String>,
    /// What a speed that is wrong would come from; empty where nothing is in doubt.
    pub doubts: Vec<String>,
}

/// Of the first candidate. `readings`: how often the dash was read on the drive; `trial`: live, where it was tried.
pub(super) fn how_sure(report: &Report, readings: usize, trial: Option<&Trial>) -> Sure {
    let mut sure = Sure::default();
    let Some(first) = report.candidates.first() else { return sure };
    sure.numbers(first);
    sure.scale(first, readings);
    if first.kind == Kind::Wheels {
        sure.places(first);
    }
    match trial {
        Some(trial) => {
            sure.lines.push(trial.describe());
            sure.doubts.extend(trial.doubts());
        }
        None => sure.lines.push("tried live: not yet".to_owned()),
    }
    sure
}

impl Sure {
    fn numbers(&mut self, first: &Candidate) {
        let percent = percent(first);
        let what = match first.kind {
            Kind::Wheels => "wheel speeds",
            Kind::Vehicle => "the vehicle's speed, without wheels that would prove it",
        };
        self.lines.push(format!("that these numbers are {what}: {percent:.0} %"));
        if first.confidence < SURE {
            self.doubts.push(format!("the numbers are only {percent:.0} % sure"));
        }
        if first.kind == Kind::Vehicle {
            self.doubts.push("no wheels stand behind the speed".to_owned());
        }
    }

    fn scale(&mut self, first: &Candidate, readings: usize) {
        let line = match first.scale.source {
            ScaleSource::SpeedIs => {
                let times = if readings == 1 { "once" } else { "at several speeds" };
                if readings == 1 {
                    self.doubts.push("the dash was read at one speed alone".to_owned());
                }
                format!(
                    "km/h: by the dash, read {times}. A dash shows up to a tenth and 4 km/h too much, and so may this, never too little"
                )
            }
            ScaleSource::Gps => "km/h: by a satellite receiver".to_owned(),
            ScaleSource::Obd => "km/h: by answers to OBD-II requests".to_owned(),
            ScaleSource::Guess | ScaleSource::Unknown => {
                self.doubts.push("the speed may be wrong by any factor".to_owned());
                "km/h: a guess by usual factors".to_owned()
            }
        };
        self.lines.push(line);
    }

    fn places(&mut self, first: &Candidate) {
        let axle = match first.axle_from {
            Some(AxleFrom::Bends) => "by the bends",
            Some(AxleFrom::Order) => "by their order, which is a custom and no proof",
            None => "not known",
        };
        if first.axle_from != Some(AxleFrom::Bends) {
            self.doubts.push("no bend proves which axle is the front one".to_owned());
        }
        self.lines.push(format!("front and rear: {axle}"));
        let side = match sides_are_known(first) {
            true => "by a bend whose direction you know",
            false => "not known; the profile says so, and the speed does without",
        };
        self.lines.push(format!("left and right: {side}"));
    }
}
