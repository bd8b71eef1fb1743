//! From a turning wheel to the number that a control unit sends: teeth, edges, a timer, a filter, a delay.

use std::collections::VecDeque;

use super::{Car, Tyre};
use crate::random::Random;

/// The wheel-speed part of an ABS unit, the same for all four wheels.
#[derive(Clone, Debug)]
pub struct Unit {
    /// Edges in a turn: 42 to 52 teeth or magnet pairs. Active sensors send a pulse at both edges of a pair, coils a wave
    /// of which one edge is timed.
    pub edges: u32,
    /// How far an edge is off its place, standard deviation, part of a pitch: makers of magnet rings promise a single
    /// pitch within 1 to 2 %.
    pub pitch_error: f64,
    /// How often it computes, s: 5 to 10 ms are the loops of anti-lock units.
    pub task: f64,
    /// Its timer, s.
    pub timer: f64,
    /// Slower than this an edge gives no signal, m/s: almost nothing for active sensors, less than 2 km/h for coils
    /// (recorded cars fall to 0 from as much as 2.8 km/h, which is some edges and one cycle earlier).
    pub blind: f64,
    /// After this long without an edge it says 0, s.
    pub gives_up: f64,
    /// First-order filter and time from computing to sending, s. Anti-lock control bears no more than 20 ms together.
    pub filter: f64,
    pub delay: f64,
    /// The sensor knows which way it turns, and the signal has a sign.
    pub signed: bool,
}

impl Unit {
    /// Any unit.
    pub fn random(r: &mut Random) -> Self {
        let teeth = r.pick(&[42_u32, 43, 44, 47, 48, 50, 52]);
        let coil = r.chance(0.3);
        let blind_kmh = if coil { r.between(1.1, 1.7) } else { r.between(0.0, 0.4) };
        Self {
            edges: if coil { teeth } else { 2 * teeth },
            pitch_error: r.between(0.002, 0.008),
            task: r.pick(&[0.005, 0.007, 0.010]),
            timer: r.pick(&[0.5e-6, 1e-6, 4e-6]),
            blind: blind_kmh / 3.6,
            gives_up: r.between(0.15, 0.4),
            filter: r.between(0.002, 0.012),
            delay: r.between(0.0, 0.008),
            signed: r.chance(0.15),
        }
    }

    /// Coils went out of new cars about the year 2005.
    pub fn is_old(&self) -> bool {
        self.blind > 1.0 / 3.6
    }

    /// For a report.
    pub fn describe(&self) -> String {
        format!(
            "{} edges, pitch {:.1} %, every {:.0} ms, filter {:.0} ms, delay {:.0} ms, blind below {:.1} km/h",
            self.edges,
            100.0 * self.pitch_error,
            1e3 * self.task,
            1e3 * self.filter,
            1e3 * self.delay,
            3.6 * self.blind
        )
    }
}

/// One wheel's ring and the unit's memory of it.
#[derive(Clone, Debug)]
pub struct Sensor {
    unit: Unit,
    /// Metres that the unit takes one edge for.
    pitch_m: f64,
    /// Where each edge is, parts of a turn.
    ring: Vec<f64>,
    /// Parts of a turn.
    angle: f64,
    /// Edges passed since the start, the time of the newest one that was seen, and of the one that the unit has used.
    passed: i64,
    newest: Option<(i64, f64)>,
    used: Option<(i64, f64)>,
    backward: bool,
    computed: f64,
    filtered: f64,
    next_task: f64,
    /// Results on their way out: when they can be sent.
    waiting: VecDeque<(f64, f64)>,
    sent: f64,
}

impl Sensor {
    /// On a wheel that turns as fast as the car rolls.
    pub fn new(unit: &Unit, tyre: &Tyre, speed_ms: f64, r: &mut Random) -> Self {
        let edges = f64::from(unit.edges);
        let ring = (0..unit.edges).map(|n| (f64::from(n) + unit.pitch_error * r.normal()) / edges).collect();
        Self {
            unit: unit.clone(),
            pitch_m: std::f64::consts::TAU * tyre.nominal / edges,
            ring,
            angle: 0.5 / edges,
            passed: 0,
            newest: None,
            used: None,
            backward: false,
            computed: speed_ms.abs(),
            filtered: speed_ms.abs(),
            next_task: r.between(0.0, unit.task),
            waiting: VecDeque::new(),
            sent: speed_ms.abs(),
        }
    }

    /// The wheel turns at `spin` (rad/s) from `now` on for `step` seconds.
    pub fn turn(&mut self, car_radius: f64, spin: f64, now: f64, step: f64) {
        let turns = spin / std::f64::consts::TAU;
        let ahead = self.angle + turns * step;
        self.pass_edges(ahead, turns, car_radius * spin.abs() >= self.unit.blind, now);
        self.angle = ahead;
        let end = now + step;
        if end >= self.next_task {
            self.next_task += self.unit.task;
            self.compute(end);
        }
        while self.waiting.front().is_some_and(|(due, _)| *due <= end) {
            self.sent = self.waiting.pop_front().map_or(self.sent, |(_, value)| value);
        }
    }

    /// What the unit would send now, km/h; negative when it knows that the wheel turns backward.
    pub fn kmh(&self) -> f64 {
        let sign = if self.unit.signed && self.backward { -1.0 } else { 1.0 };
        3.6 * self.sent * sign
    }

    fn edge(&self, number: i64) -> f64 {
        let count = self.ring.len() as i64;
        number.div_euclid(count) as f64 + self.ring[number.rem_euclid(count) as usize]
    }

    fn pass_edges(&mut self, ahead: f64, turns: f64, seen: bool, now: f64) {
        // `passed` is the number of the last edge behind the reading head.
        loop {
            let (number, step) = if turns > 0.0 { (self.passed + 1, 1) } else { (self.passed, -1) };
            let place = self.edge(number);
            let crossed = if turns > 0.0 { place <= ahead } else { turns < 0.0 && place > ahead };
            if !crossed {
                return;
            }
            let at = now + ((place - self.angle) / turns).max(0.0);
            self.passed += step;
            self.backward = turns < 0.0;
            if seen {
                let ticks = (at / self.unit.timer).floor();
                self.newest = Some((self.passed, ticks * self.unit.timer));
            }
        }
    }

    /// Edges since the last result, by the time between the newest and the one that it had used before.
    fn compute(&mut self, now: f64) {
        match (self.used, self.newest) {
            (Some((from, then)), Some((to, at))) if to != from && at > then => {
                self.computed = (to - from).unsigned_abs() as f64 * self.pitch_m / (at - then);
                self.used = self.newest;
            }
            (None, Some(_)) => self.used = self.newest,
            (Some((_, then)), _) => {
                let silent = now - then;
                // No edge for longer than one takes at this speed: it must be slower.
                self.computed = self.computed.min(self.pitch_m / silent.max(self.unit.task));
                if silent > self.unit.gives_up {
                    (self.computed, self.used, self.newest) = (0.0, None, None);
                }
            }
            (None, None) => self.computed = 0.0,
        }
        let part = self.unit.task / (self.unit.task + self.unit.filter);
        self.filtered += part * (self.computed - self.filtered);
        // A unit that says "stands" says so at once.
        if self.computed == 0.0 && self.filtered < 0.3 {
            self.filtered = 0.0;
        }
        self.waiting.push_back((now + self.unit.delay, self.filtered));
    }
}

/// The four sensors of a car.
pub fn sensors(car: &Car, speed_ms: f64, r: &mut Random) -> [Sensor; 4] {
    car.tyres.map(|tyre| Sensor::new(&car.unit, &tyre, speed_ms, r))
}
