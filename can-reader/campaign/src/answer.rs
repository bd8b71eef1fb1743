//! What is asked: the real pipeline, or one of two controls that must fail.

use std::time::Duration;

use can_reader::estimator::Reason;
use can_reader::{Event, Pipeline, State, Vehicle};

/// How much is claimed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    Ok,
    Degraded,
    /// No speed.
    Silent,
}

/// What a client would read now.
#[derive(Clone, Copy, Debug)]
pub struct Answer {
    pub level: Level,
    /// km/h; means nothing when silent.
    pub kmh: f64,
    /// km/h.
    pub uncertainty: f64,
    /// State and reason, for reports.
    pub word: &'static str,
    pub reason: &'static str,
}

/// Who answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Who {
    /// The pipeline of can-reader.
    #[default]
    Pipeline,
    /// Control: always `ok`, with the mean of all wheels.
    Mean,
    /// Control: never a speed.
    Never,
}

/// Something that can be asked. The source's clock comes from outside.
pub trait Asked {
    fn handle(&mut self, now: Duration, event: &Event);
    fn deadline(&self) -> Option<Duration>;
    fn answer(&self) -> Answer;
}

impl Who {
    /// A fresh one for this car.
    pub fn ask(self, vehicle: Vehicle) -> Box<dyn Asked> {
        let pipeline = Pipeline::new(vehicle);
        match self {
            Self::Pipeline => Box::new(pipeline),
            Self::Mean => Box::new(Mean(pipeline)),
            Self::Never => Box::new(Never),
        }
    }
}

impl Asked for Pipeline {
    fn handle(&mut self, now: Duration, event: &Event) {
        Self::handle(self, now, event);
    }

    fn deadline(&self) -> Option<Duration> {
        Self::deadline(self)
    }

    fn answer(&self) -> Answer {
        let estimate = self.estimate();
        let level = match estimate.state {
            State::Ok => Level::Ok,
            State::Degraded => Level::Degraded,
            _ => Level::Silent,
        };
        Answer {
            // A state that promises a speed and has none is no speed.
            level: if estimate.speed_kmh.is_some() { level } else { Level::Silent },
            kmh: estimate.speed_kmh.unwrap_or_default(),
            uncertainty: estimate.uncertainty_kmh.unwrap_or_default(),
            word: estimate.state.as_str(),
            reason: estimate.reason.map_or("", Reason::as_str),
        }
    }
}

/// The real decoder's last value of each wheel, and no doubt.
struct Mean(Pipeline);

impl Asked for Mean {
    fn handle(&mut self, now: Duration, event: &Event) {
        self.0.handle(now, event);
    }

    fn deadline(&self) -> Option<Duration> {
        Pipeline::deadline(&self.0)
    }

    fn answer(&self) -> Answer {
        let wheels = self.0.estimate().wheels;
        let known: Vec<f64> = can_reader::Wheel::ALL.iter().filter_map(|wheel| wheels.get(*wheel)).collect();
        let level = if known.is_empty() { Level::Silent } else { Level::Ok };
        let kmh = known.iter().sum::<f64>() / known.len().max(1) as f64;
        Answer { level, kmh, uncertainty: 1.0, word: "ok", reason: "" }
    }
}

struct Never;

impl Asked for Never {
    fn handle(&mut self, _: Duration, _: &Event) {}

    fn deadline(&self) -> Option<Duration> {
        None
    }

    fn answer(&self) -> Answer {
        Answer { level: Level::Silent, kmh: 0.0, uncertainty: 0.0, word: "implausible", reason: "" }
    }
}
