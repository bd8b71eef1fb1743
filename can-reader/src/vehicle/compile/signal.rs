//! One speed of the profile: its unit, its range, what is not a value, and its validity flags.

use super::{Compiler, Speed};
use crate::dbc::{Message, Signal, SignalKind, raw_of};
use crate::estimator::{Sensor, WITNESS};
use crate::vehicle::VehicleError;
use crate::vehicle::channel::{Channel, Range, Term, Whose};
use crate::vehicle::codes::Codes;
use crate::vehicle::flag::{RemoteFlag, Rule, Sense};
use crate::vehicle::signal_ref::{FlagRef, SignalTable};
use crate::vehicle::unit::to_kmh;

/// A signal of the profile, for messages about it.
#[derive(Clone, Copy)]
pub(super) struct Named<'a> {
    /// For people: `Row1.Left`.
    pub key: &'a str,
    /// Where the profile says it, for the line: `wheels.Row1.Left`.
    pub written: &'a str,
}

impl Speed<'_> {
    fn named(&self) -> Named<'_> {
        Named { key: &self.key, written: &self.written }
    }
}

impl Compiler<'_> {
    /// Adds one speed to the plan of its message; gives what the estimator is to know of it.
    pub(super) fn speed(&mut self, speed: &Speed<'_>) -> Result<Sensor, VehicleError> {
        let Speed { key, written, .. } = speed;
        let table = speed.signal.table();
        let (message, signal) = self.lookup(written, key, &table.signal)?;
        let fault = |sentence: String| self.fault(written, format!("{key} = {:?}: {sentence}", table.signal));
        let unit = to_kmh(signal.unit(), table.unit.as_deref(), table.circumference_m).map_err(fault)?;
        if signal.factor() == 0.0 {
            return Err(fault("its factor in the DBC is 0".to_owned()));
        }
        let scale = table.scale.unwrap_or(1.0);
        if !scale.is_finite() || scale == 0.0 {
            return Err(fault(format!("scale = {scale}: it must be a number other than 0")));
        }
        let to_kmh = unit * scale;
        let mut resolution_kmh = signal.resolution() * to_kmh.abs();
        let mut slack_kmh = resolution_kmh / 2.0;
        let mut range = self.range(speed, &table, &signal, unit, scale)?;
        let invalid = self.raws(speed.named(), "invalid", &table.invalid, &signal)?;
        let j1939 = self.is_j1939(&message);
        let codes = Codes::of_speed(&signal, &invalid, table.full_range, j1939);
        let mut term = Term { signal, to_kmh, codes, own: None };
        let plus = self.plus(speed, &table, &message, scale)?;
        if let Some((plus, _)) = &plus {
            term.own = own_range(&term.signal, term.to_kmh).filter(|_| table.range.is_none());
            // What the DBC says of a part says nothing of the sum.
            if range.whose == Whose::Dbc {
                range = self.limit(&term.signal);
            }
            resolution_kmh += plus.signal.resolution() * plus.to_kmh.abs();
            // Control units may cut their parts off instead of rounding them.
            slack_kmh = resolution_kmh;
        }
        let sensor = self.sensor(speed, &table, resolution_kmh)?;
        let cycle = self.cycle(&message)?;
        let plan = self.plan_of(&message)?;
        let flags = self.flags(speed.named(), &term.signal, &message, [&table.valid, &table.fault])?;
        let channel = Channel {
            key: key.clone(),
            path: table.signal.clone(),
            place: speed.place,
            term,
            plus,
            range: Range { slack_kmh, ..range },
            own_flags: flags.0,
            remote_flags: flags.1,
        };
        // A wheel copied to another place would always agree with itself.
        let places = &self.messages[plan].channels;
        let twin = places.iter().map(|at| &self.channels[*at]).find(|other| {
            let added = |channel: &Channel| channel.plus.as_ref().map(|(plus, _)| plus.signal.clone());
            other.term.signal == channel.term.signal && added(other) == added(&channel)
        });
        if let Some(twin) = twin {
            let sentence = format!("{key} and {} are the same signal, {:?}", twin.key, table.signal);
            return Err(self.fault(written, sentence));
        }
        self.messages[plan].channels.push(self.channels.len());
        self.channels.push(channel);
        Ok(Sensor { message: self.clock_of(plan), cycle, ..sensor })
    }

    /// What it follows and how far it may be off.
    fn sensor(
        &self,
        speed: &Speed<'_>,
        table: &SignalTable,
        resolution_kmh: f64,
    ) -> Result<Sensor, VehicleError> {
        let Speed { key, written, .. } = speed;
        let mut sensor = if speed.place < WITNESS {
            if table.follows.is_some() {
                let sentence = format!("{key}: follows is for a [[witness]]; a wheel follows itself");
                return Err(self.fault(written, sentence));
            }
            Sensor::wheel(resolution_kmh, 0)
        } else {
            Sensor::witness(resolution_kmh, 0, table.follows.unwrap_or_default())
        };
        sensor.optional = table.optional;
        sensor.truncates = table.truncates;
        if let Some(ms) = table.delay_ms {
            // A NaN is in no range.
            if speed.place < WITNESS || !(0.0..=1000.0).contains(&ms) {
                let sentence = format!(
                    "{key}: delay_ms = {ms}: it must be from 0 to 1000, of a speed that is no wheel's"
                );
                return Err(self.fault(written, sentence));
            }
            sensor.delay = std::time::Duration::from_secs_f64(ms / 1000.0);
        }
        if let Some(percent) = table.tolerance_percent {
            // A NaN is in no range.
            if !(0.05..=20.0).contains(&percent) {
                let sentence = format!("{key}: tolerance_percent = {percent}: it must be from 0.05 to 20");
                return Err(self.fault(written, sentence));
            }
            sensor.tolerance = percent / 100.0;
        }
        Ok(sensor)
    }

    /// The values that are believed.
    fn range(
        &self,
        speed: &Speed<'_>,
        table: &SignalTable,
        signal: &Signal,
        unit: f64,
        scale: f64,
    ) -> Result<Range, VehicleError> {
        let limit = self.limit(signal);
        let (whose, ends) = match (table.range, signal.range()) {
            (Some((min, max)), _) => {
                if !(min.is_finite() && max.is_finite() && min < max) {
                    let sentence =
                        format!("{}: range = [{min}, {max}]: the first must be the smaller", speed.key);
                    return Err(self.fault(&speed.written, sentence));
                }
                (Whose::Profile, Some((min * unit, max * unit)))
            }
            (None, Some((min, max))) => {
                let ends = [min * unit * scale, max * unit * scale];
                (Whose::Dbc, Some((ends[0].min(ends[1]), ends[0].max(ends[1]))))
            }
            (None, None) => (Whose::Limits, None),
        };
        let (min, max) = ends.unwrap_or((limit.min_kmh, limit.max_kmh));
        Ok(Range { min_kmh: min.max(limit.min_kmh), max_kmh: max.min(limit.max_kmh), slack_kmh: 0.0, whose })
    }

    /// What a speed can be whatever the DBC says.
    fn limit(&self, signal: &Signal) -> Range {
        let max_kmh = self.limits.max_speed_kmh;
        // Only a signal with a sign can mean a car that reverses; one without is below 0 by its offset
        // alone, which is how many cars say "no value".
        let min_kmh = if signal.kind() == SignalKind::Unsigned { 0.0 } else { -max_kmh };
        Range { min_kmh, max_kmh, slack_kmh: 0.0, whose: Whose::Limits }
    }

    /// What is added to the signal, and its path.
    fn plus(
        &self,
        speed: &Speed<'_>,
        table: &SignalTable,
        message: &Message,
        scale: f64,
    ) -> Result<Option<(Term, String)>, VehicleError> {
        let Some(path) = &table.plus else { return Ok(None) };
        let (other, signal) = self.lookup(&speed.written, &speed.key, path)?;
        let fault = |sentence: String| {
            self.fault(&speed.written, format!("{}: plus = {path:?}: {sentence}", speed.key))
        };
        if other.name() != message.name() {
            let name = message.name();
            return Err(fault(format!(
                "it must be a signal of {name}, as {:?} is: two messages come at two times",
                table.signal
            )));
        }
        let unit = to_kmh(signal.unit(), table.unit.as_deref(), table.circumference_m).map_err(fault)?;
        if signal.factor() == 0.0 {
            return Err(fault("its factor in the DBC is 0".to_owned()));
        }
        if *path == table.signal {
            return Err(fault("that is the signal itself; leave it out".to_owned()));
        }
        let codes = Codes::of_speed(&signal, &[], table.full_range, self.is_j1939(message));
        let to_kmh = unit * scale;
        let own = own_range(&signal, to_kmh);
        Ok(Some((Term { signal, to_kmh, codes, own }, path.clone())))
    }

    /// Its validity flags: those in its own message, and the places of those in others.
    pub(super) fn flags(
        &mut self,
        named: Named<'_>,
        own: &Signal,
        message: &Message,
        [valid, fault]: [&Option<FlagRef>; 2],
    ) -> Result<(Vec<Rule>, Vec<usize>), VehicleError> {
        let (mut own_flags, mut remote_flags) = (Vec::new(), Vec::new());
        for (flag, key) in [(valid, "valid"), (fault, "fault")] {
            let Some(flag) = flag else { continue };
            let (of_message, rule) = self.rule(named, flag, key)?;
            if of_message.name() != message.name() {
                let late_after = self.late_after(&of_message)?;
                remote_flags.push(self.remote_flag(&of_message, rule, late_after)?);
                continue;
            }
            if rule.signal == *own {
                let (name, of) = (named.key, own.name());
                let sentence = format!("{name}: {of} cannot be its own {key} flag");
                return Err(self.fault(named.written, sentence));
            }
            own_flags.push(rule);
        }
        Ok((own_flags, remote_flags))
    }

    fn rule(&self, speed: Named<'_>, flag: &FlagRef, key: &str) -> Result<(Message, Rule), VehicleError> {
        let (path, is) = flag.parts();
        let (message, signal) = self.lookup(speed.written, speed.key, path)?;
        if is.is_some() && !matches!(signal.kind(), SignalKind::Unsigned | SignalKind::Signed) {
            let sentence = format!("{}: the {key} flag {path:?} must be an integer signal", speed.key);
            return Err(self.fault(speed.written, sentence));
        }
        let values = match is {
            None => None,
            Some([]) => {
                let sentence = format!(
                    "{}: the {key} flag {path:?} is never set with is = []; name its raw values",
                    speed.key
                );
                return Err(self.fault(speed.written, sentence));
            }
            Some(values) => Some(self.raws(speed, "is", values, &signal)?),
        };
        let sense = match (key, values) {
            ("valid", Some(values)) => Sense::ValidIs(values),
            ("valid", None) => Sense::ValidIsNotZero,
            (_, Some(values)) => Sense::FaultIs(values),
            (_, None) => Sense::FaultIsNotZero,
        };
        Ok((message, Rule { signal, sense }))
    }

    /// The place of a flag of another message; four wheels may share one.
    fn remote_flag(
        &mut self,
        message: &Message,
        rule: Rule,
        late_after: std::time::Duration,
    ) -> Result<usize, VehicleError> {
        let plan = self.plan_of(message)?;
        let known = self.messages[plan].flags.iter().copied().find(|flag| self.flags[*flag].rule == rule);
        Ok(known.unwrap_or_else(|| {
            self.flags.push(RemoteFlag::new(rule, late_after));
            self.messages[plan].flags.push(self.flags.len() - 1);
            self.flags.len() - 1
        }))
    }

    /// Raw values as bits.
    pub(super) fn raws(
        &self,
        speed: Named<'_>,
        key: &str,
        values: &[i64],
        signal: &Signal,
    ) -> Result<Box<[u64]>, VehicleError> {
        let bits = u32::from(signal.bits());
        let raw = |value: &i64| {
            raw_of(*value, bits).ok_or_else(|| {
                let (name, speed_key) = (signal.name(), speed.key);
                let sentence = format!("{speed_key}: {key} has {value}, and {name} has {bits} bits");
                self.fault(speed.written, sentence)
            })
        };
        values.iter().map(raw).collect()
    }
}

/// The range of the DBC, where it has one, of a signal that is a part of a sum.
fn own_range(signal: &Signal, to_kmh: f64) -> Option<Range> {
    let (min, max) = signal.range()?;
    let ends = [min * to_kmh, max * to_kmh];
    let slack_kmh = signal.resolution() * to_kmh.abs() / 2.0;
    Some(Range { min_kmh: ends[0].min(ends[1]), max_kmh: ends[0].max(ends[1]), slack_kmh, whose: Whose::Dbc })
}
