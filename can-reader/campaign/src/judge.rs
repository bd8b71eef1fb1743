//! Right or wrong: what each look is worth.

use crate::answer::Level;
use crate::case::Setting;
use crate::play::Look;

/// Sums over looks; all in seconds and km/h.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// Time that was asked for: all but silences and the first frames.
    pub asked: f64,
    /// Of that: with a speed, and `ok`.
    pub speed: f64,
    pub ok: f64,
    /// All time, and of it wrong while `ok` and while `degraded`.
    pub all: f64,
    pub wrong_ok: f64,
    pub wrong_degraded: f64,
    pub worst_ok: f64,
    pub worst_degraded: f64,
    /// All time with a speed, of it outside the uncertainty, and the sum of uncertainty by time.
    pub spoken: f64,
    pub outside: f64,
    pub uncertainty: f64,
    /// From the end of an outage to the next speed.
    pub back: Vec<f64>,
}

/// How a look is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    Ok,
    Degraded,
}

/// km/h: the greater of 1 km/h and 5 %; 3 km/h below 4 km/h, where sensors are blind.
pub fn allowed(truth: f64) -> f64 {
    if truth < 4.0 { 3.0 } else { (0.05 * truth).max(1.0) }
}

/// Whether this look is wrong.
pub fn fault(look: &Look) -> Option<Fault> {
    let error = (look.answer.kmh - look.truth).abs();
    match look.answer.level {
        Level::Ok if error > allowed(look.truth) => Some(Fault::Ok),
        Level::Degraded if error > allowed(look.truth).max(look.answer.uncertainty) => Some(Fault::Degraded),
        _ => None,
    }
}

/// Judges the looks of one case.
pub struct Judge<'a> {
    setting: &'a Setting,
    pub tally: Tally,
    /// From then on a speed is asked for.
    from: f64,
    /// Ends of outages after which a speed is waited for.
    ends: std::collections::VecDeque<f64>,
    /// Nothing is asked for in these: silences, until the first frame after them.
    excused: Vec<(f64, f64)>,
}

impl<'a> Judge<'a> {
    /// `returns`: whether the time to a speed after each trouble is measured.
    pub fn new(setting: &'a Setting, returns: bool) -> Self {
        let first = |at: f64| {
            let index = setting.arrivals.partition_point(|arrival| arrival.at < at);
            setting.arrivals.get(index).map_or(f64::INFINITY, |arrival| arrival.at)
        };
        let excused = setting.silences.iter().map(|span| (span.from, first(span.to))).collect();
        // A car that came to rest meanwhile looks like one that slides: zeros are rightly not believed at once.
        let moves = |at: &f64| returns && setting.record.truth(*at) > 8.0;
        let ends = setting.spans.iter().map(|span| first(span.to)).filter(moves).collect();
        // What starts costs is measured where it is the matter.
        let wait = if setting.silences.is_empty() { 5.0 * setting.layout.slowest() } else { 0.0 };
        Self { setting, tally: Tally::default(), from: first(0.0) + wait, ends, excused }
    }

    /// Takes one look.
    pub fn take(&mut self, look: &Look) {
        let Look { at, seconds, truth, answer } = *look;
        let tally = &mut self.tally;
        let error = (answer.kmh - truth).abs();
        let spoken = answer.level != Level::Silent;
        tally.all += seconds;
        if at >= self.from && !self.excused.iter().any(|(from, to)| *from <= at && at < *to) {
            tally.asked += seconds;
            tally.speed += if spoken { seconds } else { 0.0 };
            tally.ok += if answer.level == Level::Ok { seconds } else { 0.0 };
        }
        if spoken {
            tally.spoken += seconds;
            tally.uncertainty += seconds * answer.uncertainty;
            tally.outside += if error > answer.uncertainty { seconds } else { 0.0 };
        }
        match fault(look) {
            Some(Fault::Ok) => {
                tally.wrong_ok += seconds;
                tally.worst_ok = tally.worst_ok.max(error);
            }
            Some(Fault::Degraded) => {
                tally.wrong_degraded += seconds;
                tally.worst_degraded = tally.worst_degraded.max(error);
            }
            None => {}
        }
        while let Some(&end) =
            self.ends.front().filter(|end| at >= **end && (spoken || at + 0.1 > self.setting.record.seconds))
        {
            tally.back.push(at - end);
            self.ends.pop_front();
        }
    }
}

impl Tally {
    /// Both together.
    pub fn add(&mut self, other: &Self) {
        self.asked += other.asked;
        self.speed += other.speed;
        self.ok += other.ok;
        self.all += other.all;
        self.wrong_ok += other.wrong_ok;
        self.wrong_degraded += other.wrong_degraded;
        self.worst_ok = self.worst_ok.max(other.worst_ok);
        self.worst_degraded = self.worst_degraded.max(other.worst_degraded);
        self.spoken += other.spoken;
        self.outside += other.outside;
        self.uncertainty += other.uncertainty;
        self.back.extend(&other.back);
    }

    /// Seconds per hour.
    pub fn an_hour(&self, seconds: f64) -> f64 {
        if self.all > 0.0 { seconds * 3600.0 / self.all } else { 0.0 }
    }

    /// Percent of the time asked for.
    pub fn percent(&self, seconds: f64) -> f64 {
        if self.asked > 0.0 { 100.0 * seconds / self.asked } else { 0.0 }
    }

    /// Percent of the time with a speed that it was within its uncertainty.
    pub fn inside_percent(&self) -> f64 {
        if self.spoken > 0.0 { 100.0 * (1.0 - self.outside / self.spoken) } else { 100.0 }
    }

    /// km/h, by time.
    pub fn mean_uncertainty(&self) -> f64 {
        if self.spoken > 0.0 { self.uncertainty / self.spoken } else { 0.0 }
    }

    /// The part of returns to a speed that took longer, percent, and the longest, s.
    pub fn slowest_return(&self) -> f64 {
        self.back.iter().copied().fold(0.0, f64::max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer::Answer;

    fn look(truth: f64, level: Level, kmh: f64, uncertainty: f64) -> Look {
        let answer = Answer { level, kmh, uncertainty, word: "", reason: "" };
        Look { at: 1.0, seconds: 0.01, truth, answer }
    }

    #[test]
    fn wrong_is_more_than_one_km_an_hour_and_five_percent() {
        assert_eq!(fault(&look(50.0, Level::Ok, 52.4, 0.0)), None);
        assert_eq!(fault(&look(50.0, Level::Ok, 52.6, 9.0)), Some(Fault::Ok));
        assert_eq!(fault(&look(10.0, Level::Ok, 9.1, 0.0)), None);
        assert_eq!(fault(&look(10.0, Level::Ok, 8.9, 0.0)), Some(Fault::Ok));
        assert_eq!(fault(&look(3.9, Level::Ok, 1.0, 0.0)), None);
        assert_eq!(fault(&look(3.9, Level::Ok, 7.0, 0.0)), Some(Fault::Ok));
    }

    #[test]
    fn a_degraded_speed_may_be_off_by_what_it_says() {
        assert_eq!(fault(&look(50.0, Level::Degraded, 55.0, 5.1)), None);
        assert_eq!(fault(&look(50.0, Level::Degraded, 55.0, 4.9)), Some(Fault::Degraded));
        assert_eq!(fault(&look(50.0, Level::Degraded, 52.0, 0.1)), None);
        assert_eq!(fault(&look(50.0, Level::Silent, 0.0, 0.0)), None);
    }
}
