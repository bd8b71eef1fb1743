//! What follows from what the car says: the gear where it says none, and the tank as a driver reads it. Pure functions of values and times.
//!
//! It is worked out once, here, and is on the board like what the car says itself.

mod fuel;
mod gear;

pub use fuel::FuelGauge;
pub use gear::Gearbox;

use super::board::{Board, Described, Kind, Why};
use super::catalogue;
use super::value::Value;
use crate::frame::SourceTime;

const ENGINE: &str = "Vehicle.Powertrain.CombustionEngine.Speed";
const GEAR: &str = "Vehicle.Powertrain.Transmission.CurrentGear";
const LEVEL: &str = "Vehicle.Powertrain.FuelSystem.RelativeLevel";
const LOW: &str = "Vehicle.Powertrain.FuelSystem.IsFuelLevelLow";

/// A signal of the car, and what of it has been taken.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Input {
    signal: usize,
    heard: Option<SourceTime>,
}

impl Input {
    const fn new(signal: usize) -> Self {
        Self { signal, heard: None }
    }

    /// When its message came, if that has not been taken yet.
    fn take(&mut self, board: &Board) -> Option<SourceTime> {
        let heard = board.heard_at(self.signal);
        let is_new = heard != self.heard;
        self.heard = heard;
        heard.filter(|_| is_new)
    }
}

/// A signal of ours.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Output {
    signal: usize,
    group: usize,
}

impl Output {
    /// Adds it to the board. `source`: what it is made of.
    fn add(board: &mut Board, path: &str, source: String) -> Option<Self> {
        let entry = catalogue::find(path)?;
        let group = board.add_group(None);
        let signal = board.add(group, Described { entry, source, kind: Kind::Periodic, range: None });
        Some(Self { signal, group })
    }

    fn set(self, board: &mut Board, at: SourceTime, value: Option<Value>) {
        board.hear(self.group, at);
        board.set(self.signal, value.ok_or(Why::NotAvailable));
    }
}

/// The derived signals of one vehicle.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Derived {
    gear: Option<(Input, Output, Gearbox)>,
    fuel: Option<(Input, Option<Output>, FuelGauge)>,
}

impl Derived {
    /// Adds to the board what can be made of its signals; `None` where that is nothing.
    #[must_use]
    pub fn attach(board: &mut Board) -> Option<Self> {
        let source = |board: &Board, signal: usize| board.described(signal).source.clone();
        let mut derived = Self::default();
        if let Some(engine) = board.find(ENGINE).filter(|_| board.find(GEAR).is_none()) {
            let made_of = format!("{} and the speed", source(board, engine));
            derived.gear = Output::add(board, GEAR, made_of)
                .map(|output| (Input::new(engine), output, Gearbox::default()));
        }
        if let Some(level) = board.find(LEVEL) {
            board.damp(level);
            let made_of = source(board, level);
            let low = if board.find(LOW).is_none() { Output::add(board, LOW, made_of) } else { None };
            derived.fuel = Some((Input::new(level), low, FuelGauge::default()));
        }
        (derived.gear.is_some() || derived.fuel.is_some()).then_some(derived)
    }

    /// Works out what a frame has changed. `speed_kmh`: the speed, where it can be trusted.
    #[inline]
    pub fn update(&mut self, board: &mut Board, speed_kmh: Option<f64>) {
        if let Some((engine, output, gearbox)) = &mut self.gear
            && let Some(at) = engine.take(board)
        {
            let rpm = board.held(engine.signal).ok().map(Value::as_f64);
            gearbox.observe(at, rpm.zip(speed_kmh));
            let gear = speed_kmh.and_then(|kmh| gearbox.gear(kmh));
            output.set(board, at, gear.map(Value::Signed));
        }
        if let Some((level, low, gauge)) = &mut self.fuel
            && let Some(at) = level.take(board)
        {
            gauge.observe(at, board.said(level.signal).ok().map(Value::as_f64));
            board.settle(level.signal, gauge.percent());
            if let Some(low) = low {
                let is_low = board.said(level.signal).ok().and_then(|_| gauge.is_low());
                low.set(board, at, is_low.map(Value::Boolean));
            }
        }
    }

    /// Loses what is made of signals whose interface is down.
    pub fn lose(&self, board: &mut Board) {
        let gear = self.gear.as_ref().map(|(input, output, _)| (input.signal, *output));
        let low = self.fuel.as_ref().and_then(|(input, low, _)| Some((input.signal, (*low)?)));
        for (input, output) in gear.into_iter().chain(low) {
            if board.held(input) == Err(Why::LinkDown) {
                board.link_down(|group| group == output.group);
            }
        }
    }
}

#[cfg(test)]
mod tests;
