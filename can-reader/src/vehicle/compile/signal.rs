//! One speed of the profile: its unit, its range, what is not a value, and its validity flags.

use super::{Compiler, Speed};
use crate::dbc::{Message, Signal, SignalKind, raw_of};
use crate::estimator::{Sensor, WITNESS};
use crate::vehicle::VehicleError;
use crate::vehicle::channel::{Channel, Range, Whose};
use crate::vehicle::codes::Codes;
use crate::vehicle::flag::{RemoteFlag, Rule, Sense};
use crate::vehicle::signal_ref::{FlagRef, SignalTable};
use crate::vehicle::unit::to_kmh;

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
        let resolution_kmh = signal.resolution() * to_kmh.abs();
        let range = self.range(speed, &table, &signal, unit, scale)?;
        let invalid = self.raws(speed, "invalid", &table.invalid, &signal)?;
        let j1939 = self.table(&message).is_some_and(|table| table.j1939);
        let codes = Codes::of_speed(&signal, &invalid, table.full_range, j1939);
        let sensor = self.sensor(speed, &table, resolution_kmh)?;
        let cycle = self.cycle(&message)?;
        let channel = Channel {
            key: key.clone(),
            path: table.signal.clone(),
            place: speed.place,
            signal,
            to_kmh,
            range: Range { slack_kmh: resolution_kmh / 2.0, ..range },
            codes,
            own_flags: Vec::new(),
            remote_flags: Vec::new(),
        };
        let plan = self.plan_of(&message);
        let channel = self.flagged(speed, &table, &message, channel)?;
        // A wheel copied to another place would always agree with itself.
        let places = &self.messages[plan].channels;
        let twin = places.iter().map(|at| &self.channels[*at]).find(|other| other.signal == channel.signal);
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
        let limit_kmh = self.limits.max_speed_kmh;
        // Only a signal with a sign can mean a car that reverses; one without is below 0 by its offset
        // alone, which is how many cars say "no value".
        let floor_kmh = if signal.kind() == SignalKind::Unsigned { 0.0 } else { -limit_kmh };
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
        let (min, max) = ends.unwrap_or((floor_kmh, limit_kmh));
        Ok(Range { min_kmh: min.max(floor_kmh), max_kmh: max.min(limit_kmh), slack_kmh: 0.0, whose })
    }

    /// Adds its validity flags.
    fn flagged(
        &mut self,
        speed: &Speed<'_>,
        table: &SignalTable,
        message: &Message,
        mut channel: Channel,
    ) -> Result<Channel, VehicleError> {
        for (flag, key) in [(&table.valid, "valid"), (&table.fault, "fault")] {
            let Some(flag) = flag else { continue };
            let (of_message, rule) = self.rule(speed, flag, key)?;
            if of_message.name() != message.name() {
                let late_after = self.late_after(&of_message)?;
                channel.remote_flags.push(self.remote_flag(&of_message, rule, late_after));
                continue;
            }
            if rule.signal == channel.signal {
                let sentence =
                    format!("{}: the speed {:?} cannot be its own {key} flag", speed.key, table.signal);
                return Err(self.fault(&speed.written, sentence));
            }
            channel.own_flags.push(rule);
        }
        Ok(channel)
    }

    fn rule(&self, speed: &Speed<'_>, flag: &FlagRef, key: &str) -> Result<(Message, Rule), VehicleError> {
        let (path, is) = flag.parts();
        let (message, signal) = self.lookup(&speed.written, &speed.key, path)?;
        if is.is_some() && !matches!(signal.kind(), SignalKind::Unsigned | SignalKind::Signed) {
            let sentence = format!("{}: the {key} flag {path:?} must be an integer signal", speed.key);
            return Err(self.fault(&speed.written, sentence));
        }
        let values = match is {
            None => None,
            Some([]) => {
                let sentence = format!(
                    "{}: the {key} flag {path:?} is never set with is = []; name its raw values",
                    speed.key
                );
                return Err(self.fault(&speed.written, sentence));
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
    fn remote_flag(&mut self, message: &Message, rule: Rule, late_after: std::time::Duration) -> usize {
        let plan = self.plan_of(message);
        let known = self.messages[plan].flags.iter().copied().find(|flag| self.flags[*flag].rule == rule);
        known.unwrap_or_else(|| {
            self.flags.push(RemoteFlag::new(rule, late_after));
            self.messages[plan].flags.push(self.flags.len() - 1);
            self.flags.len() - 1
        })
    }

    /// Raw values as bits.
    fn raws(
        &self,
        speed: &Speed<'_>,
        key: &str,
        values: &[i64],
        signal: &Signal,
    ) -> Result<Box<[u64]>, VehicleError> {
        let bits = u32::from(signal.bits());
        let raw = |value: &i64| {
            raw_of(*value, bits).ok_or_else(|| {
                let (name, speed_key) = (signal.name(), &speed.key);
                let sentence = format!("{speed_key}: {key} has {value}, and {name} has {bits} bits");
                self.fault(&speed.written, sentence)
            })
        };
        values.iter().map(raw).collect()
    }
}
