//! One signal of `[signals]`: its path, its unit, its range, and what its raw values mean.

use std::collections::BTreeMap;

use super::Compiler;
use super::signal::Named;
use crate::dbc::{Message, Signal, SignalKind, raw_of};
use crate::signals::catalogue::{self, Entry};
use crate::signals::{Conversion, Described, Kind, Type, Value, conversion, gear_of};
use crate::vehicle::VehicleError;
use crate::vehicle::codes::{Codes, Reserved};
use crate::vehicle::instrument::{Group, Instrument, Meaning};
use crate::vehicle::sender::Sender;
use crate::vehicle::vss_ref::{Meant, VssTable, flatten};

/// A control unit that has not said a page for so long is given up for another: temperatures are seldom asked for.
const PAGE_IS_LATE: std::time::Duration = std::time::Duration::from_secs(60);

/// A signal of `[signals]`, looked up.
struct Found<'a> {
    /// Where the profile says it, for messages.
    named: Named<'a>,
    entry: &'static Entry,
    table: &'a VssTable,
    signal: Signal,
    /// Its message has the ranges of SAE J1939.
    j1939: bool,
}

impl Compiler<'_> {
    /// Adds all signals of `[signals]`.
    pub(super) fn signals(&mut self) -> Result<(), VehicleError> {
        for (path, table) in flatten(&self.profile.signals) {
            self.vss_signal(&path, &table)?;
        }
        Ok(())
    }

    fn vss_signal(&mut self, path: &str, table: &VssTable) -> Result<(), VehicleError> {
        let written = format!("signals.{path}");
        let named = Named { key: path, written: &written };
        let Some(entry) = catalogue::find(path) else {
            let near = catalogue::near(path).join(", ");
            let hint = if near.is_empty() { String::new() } else { format!("; near it are {near}") };
            let sentence = format!(
                "[signals] {path}: no such signal; `can-reader signals --list` has all of them{hint}"
            );
            return Err(self.fault(&written, sentence));
        };
        let (message, signal) = self.lookup(&written, path, &table.signal)?;
        let kind = self.kind_of(&message)?;
        let j1939 = self.is_j1939(&message);
        let found = Found { named, entry, table, signal, j1939 };
        let (meaning, range) = self.meaning(&found)?;
        let invalid = self.raws(named, "invalid", &table.invalid, &found.signal)?;
        // All ones of a lamp or a gear is a value, and of what is shorter than a byte it may be one.
        let has_room =
            !table.full_range && matches!(meaning, Meaning::Number { .. }) && found.signal.bits() >= 8;
        let is_signed = found.signal.kind() == SignalKind::Signed;
        let reserved = Reserved {
            texts: !table.full_range,
            // Of a signed one it is -1, which currents and angles pass all the time.
            ones: has_room && !is_signed,
            least: has_room && is_signed,
            j1939: found.j1939 && !table.full_range,
        };
        let codes = Codes::of(&found.signal, &invalid, reserved);
        let flags = self.flags(named, &found.signal, &message, [&table.valid, &table.fault])?;
        let instrument = Instrument {
            number: self.board.len(),
            kind: entry.kind,
            meaning,
            codes,
            own_flags: flags.0,
            remote_flags: flags.1,
            signal: found.signal,
        };
        let described = Described { entry, source: table.signal.clone(), kind, range };
        self.place(&message, kind, described, instrument)
    }

    /// Adds it to the group of those that come together with it.
    fn place(
        &mut self,
        message: &Message,
        kind: Kind,
        described: Described,
        instrument: Instrument,
    ) -> Result<(), VehicleError> {
        let told = self.cycle(message)?;
        let by_dbc = || message.cycle_ms().map(|ms| std::time::Duration::from_secs_f64(ms / 1000.0));
        // What public files say of the cycle is often wrong: of what is sent again and again it is learned.
        let cycle = if kind == Kind::Event { told.or_else(by_dbc) } else { told };
        let plan = self.plan_of(message)?;
        let page = instrument.signal.multiplex().to_owned();
        let is_page = !page.is_empty() && page != "M";
        let of_units = self.messages[plan].of_units;
        let groups = &mut self.messages[plan].groups;
        let same = |group: &Group| {
            group
                .instruments
                .first()
                .is_some_and(|first| first.signal.multiplex() == page || !is_page && !group.is_page)
        };
        let at = groups.iter().position(same).unwrap_or_else(|| {
            let mut group = Group::new(self.board.add_group(cycle), is_page);
            group.sender = of_units.then(|| Sender::new(PAGE_IS_LATE));
            groups.push(group);
            groups.len() - 1
        });
        let group = &mut groups[at];
        self.board.add(group.number, described);
        group.instruments.push(instrument);
        Ok(())
    }

    /// How a message is sent.
    fn kind_of(&self, message: &Message) -> Result<Kind, VehicleError> {
        if !self.table(message).is_some_and(|table| table.event) {
            return Ok(Kind::Periodic);
        }
        if self.cycle(message)?.is_none() && message.cycle_ms().is_none() {
            let name = message.name();
            let sentence = format!(
                "[messages.{name}] event = true: how often is it sent when nothing changes? Add cycle_ms, in milliseconds"
            );
            return Err(self.fault(&format!("messages.{name}.event"), sentence));
        }
        Ok(Kind::Event)
    }

    /// What its raw values mean, and which range is believed.
    fn meaning(&self, found: &Found<'_>) -> Result<(Meaning, Option<(f64, f64)>), VehicleError> {
        let Found { table, entry, signal, .. } = found;
        let is_integer = matches!(signal.kind(), SignalKind::Unsigned | SignalKind::Signed);
        if (table.on.is_some() || table.off.is_some()) && entry.kind != Type::Boolean {
            return Err(self.wrong(found, "on and off are for lamps and switches; this is a number"));
        }
        if let Some(values) = &table.values {
            if !is_integer {
                return Err(self.wrong(found, "values are of raw integers, and the signal is a float"));
            }
            return Ok((Meaning::Codes(self.values(found, values)?), None));
        }
        match entry.kind {
            Type::Boolean if !is_integer => Err(self.wrong(found, "a lamp cannot be a float")),
            Type::Boolean => Ok((self.switch(found)?, None)),
            Type::Gear => Ok((
                gears(signal).map_or_else(|| self.number(found), |codes| Ok(Meaning::Codes(codes)))?,
                None,
            )),
            _ => {
                let number = self.number(found)?;
                let range = if let Meaning::Number { range, .. } = &number { Some(*range) } else { None };
                Ok((number, range))
            }
        }
    }

    fn switch(&self, found: &Found<'_>) -> Result<Meaning, VehicleError> {
        let Found { table, signal, .. } = found;
        let raws = |key, values: &[i64]| self.raws(found.named, key, values, signal);
        match (&table.on, &table.off) {
            (Some(on), Some(off)) => {
                let (on, off) = (raws("on", on)?, raws("off", off)?);
                if on.iter().any(|raw| off.contains(raw)) {
                    return Err(self.wrong(found, "the same raw value is in on and in off"));
                }
                let on = on.iter().map(|raw| (*raw, Value::Boolean(true)));
                Ok(Meaning::Codes(on.chain(off.iter().map(|raw| (*raw, Value::Boolean(false)))).collect()))
            }
            (Some(on), None) => Ok(Meaning::Switch { these: raws("on", on)?, mean: true }),
            (None, Some(off)) => Ok(Meaning::Switch { these: raws("off", off)?, mean: false }),
            // Of more than one bit only 0 and 1 are sure.
            (None, None) => {
                Ok(Meaning::Codes([(0, Value::Boolean(false)), (1, Value::Boolean(true))].into()))
            }
        }
    }

    fn number(&self, found: &Found<'_>) -> Result<Meaning, VehicleError> {
        let Found { table, entry, signal, .. } = found;
        let unit = table.unit.as_deref().unwrap_or_else(|| signal.unit());
        let convert = conversion(unit, entry.unit).map_err(|known| {
            let what = if unit.is_empty() {
                "the DBC gives it no unit".into()
            } else {
                format!("its unit {unit:?} is none of {}", entry.unit)
            };
            self.wrong(found, &format!("{what}; add unit = \"...\" ({known})"))
        })?;
        let (scale, offset) = (table.scale.unwrap_or(1.0), table.offset.unwrap_or(0.0));
        if !scale.is_finite() || scale == 0.0 || !offset.is_finite() || signal.factor() == 0.0 {
            return Err(self.wrong(
                found,
                "scale and the factor in the DBC must be numbers other than 0, offset a number",
            ));
        }
        let all =
            Conversion { factor: convert.factor * scale, offset: offset * convert.factor + convert.offset };
        let slack = signal.resolution() * all.factor.abs() / 2.0;
        let to_vss = |number: f64| number * convert.factor + convert.offset;
        let ends = match (table.range, signal.range()) {
            (Some((least, most)), _) if least < most => (to_vss(least), to_vss(most)),
            (Some(_), _) => return Err(self.wrong(found, "range: the first must be the smaller")),
            (None, Some((least, most))) => (least * all.factor + all.offset, most * all.factor + all.offset),
            (None, None) => (f64::MIN, f64::MAX),
        };
        let range = (ends.0.min(ends.1), ends.0.max(ends.1));
        Ok(Meaning::Number { conversion: all, range, slack })
    }

    /// The table `values`.
    fn values(
        &self,
        found: &Found<'_>,
        values: &BTreeMap<String, Meant>,
    ) -> Result<Box<[(u64, Value)]>, VehicleError> {
        let bits = u32::from(found.signal.bits());
        let kind = found.entry.kind;
        let value = |(raw, meant): (&String, &Meant)| {
            let code = raw.parse().ok().and_then(|raw| raw_of(raw, bits)).ok_or_else(|| {
                self.wrong(found, &format!("values has {raw}, and the signal has {bits} bits"))
            })?;
            let value = match meant {
                Meant::Text(text) if kind == Type::Gear => gear_of(text).map(Value::Signed),
                Meant::Text(_) => None,
                Meant::Number(number) => kind.of(*number, 0.0),
            };
            let value = value.ok_or_else(|| {
                self.wrong(found, &format!("values: {raw} = {meant:?}: a {} has no such value", kind.vss()))
            })?;
            Ok((code, value))
        };
        values.iter().map(value).collect()
    }

    fn wrong(&self, found: &Found<'_>, sentence: &str) -> VehicleError {
        let Named { key, written } = found.named;
        self.fault(written, format!("{key} = {:?}: {sentence}", found.table.signal))
    }
}

/// Gears by the texts of the DBC, where these are gears.
fn gears(signal: &Signal) -> Option<Box<[(u64, Value)]>> {
    let rows = signal.table().rows();
    let codes: Box<[_]> = rows.filter_map(|(raw, text)| Some((raw, Value::Signed(gear_of(text)?)))).collect();
    (!codes.is_empty()).then_some(codes)
}
