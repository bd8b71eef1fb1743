//! From a profile and its DBC to a decoder: every name is looked up once, here.

mod group;
mod signal;
mod vss;

use std::time::Duration;

use super::VehicleError;
use super::channel::Channel;
use super::decoder::Decoder;
use super::file::{Integrity, InterfaceNumber, MessageTable, VehicleFile};
use super::flag::RemoteFlag;
use super::message::MessagePlan;
use super::place::{Place, key_of};
use super::signal_ref::SignalRef;
use crate::dbc::{Database, DbcError, Message, Signal};
use crate::estimator::{Limits, Plan, SOURCES, WITNESS};
use crate::integrity::Fault;
use crate::signals::Board;
use crate::source::SeveralCan;
use crate::wheels::Wheel;

/// Resolves every name of the profile.
pub(super) fn compile(
    place: Place<'_>,
    profile: &VehicleFile,
    database: &Database,
) -> Result<(Plan, Decoder), VehicleError> {
    let compiler = Compiler {
        place,
        profile,
        database,
        limits: profile.limits.limits(),
        messages: Vec::new(),
        channels: Vec::new(),
        flags: Vec::new(),
        board: Board::default(),
    };
    compiler.run()
}

/// A message is late after so many cycles ...
const LATE_CYCLES: u32 = 10;

/// ... but never before.
const LATE_AT_LEAST: Duration = Duration::from_millis(100);

struct Compiler<'a> {
    place: Place<'a>,
    profile: &'a VehicleFile,
    database: &'a Database,
    limits: Limits,
    messages: Vec<MessagePlan>,
    channels: Vec<Channel>,
    flags: Vec<RemoteFlag>,
    board: Board,
}

/// A speed that the profile names.
struct Speed<'a> {
    /// Its place among the sensors.
    place: usize,
    /// For people: `Row1.Left`.
    key: String,
    /// Where the profile says it, for the line: `wheels.Row1.Left`.
    written: String,
    signal: &'a SignalRef,
}

impl<'a> Compiler<'a> {
    fn run(mut self) -> Result<(Plan, Decoder), VehicleError> {
        let profile = self.profile;
        if !(20..=60_000).contains(&profile.stale_after_ms) {
            let message = format!("stale_after_ms = {}: it must be from 20 to 60000", profile.stale_after_ms);
            return Err(self.fault("stale_after_ms", message));
        }
        if let Some(fault) = self.limits.fault() {
            return Err(self.fault(key_of(&fault), fault.clone()));
        }
        let geometry =
            profile.geometry.geometry().map_err(|fault| self.fault(key_of(&fault), fault.clone()))?;
        let mut sensors = [None; SOURCES];
        for speed in self.speeds()? {
            sensors[speed.place] = Some(self.speed(&speed)?);
        }
        self.signals()?;
        for (name, integrity) in &profile.integrity {
            self.protect(name, integrity)?;
        }
        for (name, InterfaceNumber::Number(number)) in &profile.interfaces {
            self.bind(name, *number)?;
        }
        self.check_interfaces()?;
        for (name, table) in &profile.messages {
            let place = format!("messages.{name}");
            let message = self.used_message(&place, &format!("[messages.{name}]"), name)?;
            let plan = self.plan_of(&message)?;
            self.messages[plan].may_be_longer = table.may_be_longer;
            let also = self.also(name, table, plan)?;
            self.messages.extend(also);
        }
        let stale_after = self.stale_after();
        let (driven, sides) = (profile.driven, profile.sides);
        let plan = Plan { sensors, driven, sides, geometry, stale_after, limits: self.limits };
        Ok((plan, Decoder::new(self.messages, self.channels, self.flags, self.board)))
    }

    /// All speeds that the profile names, in the order of their places.
    fn speeds(&self) -> Result<Vec<Speed<'a>>, VehicleError> {
        let profile = self.profile;
        let (front, rear) = (&profile.wheels.row1, &profile.wheels.row2);
        let wheels = [&front.left, &front.right, &rear.left, &rear.right];
        let wheels = Wheel::ALL.into_iter().zip(wheels).filter_map(|(wheel, signal)| {
            let (key, written) = (wheel.position().to_owned(), format!("wheels.{wheel}"));
            Some(Speed { place: wheel.index(), key, written, signal: signal.as_ref()? })
        });
        let mut speeds: Vec<_> = wheels.collect();
        match (&profile.vehicle_speed, speeds.is_empty()) {
            (Some(signal), true) => {
                let key = "vehicle_speed".to_owned();
                speeds.push(Speed { place: WITNESS, written: key.clone(), key, signal });
            }
            (None, false) => {}
            (Some(_), false) => {
                let message = "give [wheels] or vehicle_speed, not both; beside wheels the vehicle's own speed is a [[witness]]";
                return Err(self.fault("vehicle_speed", message.into()));
            }
            (None, true) => {
                return Err(self.fault(
                    "wheels",
                    "no speed signal; add [wheels] with Row1.Left = \"MESSAGE.SIGNAL\" and so on, or vehicle_speed".into(),
                ));
            }
        }
        let first = WITNESS + usize::from(profile.vehicle_speed.is_some());
        let room = SOURCES - first;
        if profile.witness.len() > room {
            let message = format!(
                "{} times [[witness]], and there is room for {room}: leave some out",
                profile.witness.len()
            );
            return Err(self.fault("witness", message));
        }
        for (index, signal) in profile.witness.iter().enumerate() {
            let key = format!("witness {}", index + 1);
            speeds.push(Speed { place: first + index, key, written: "witness".to_owned(), signal });
        }
        Ok(speeds)
    }

    fn stale_after(&self) -> Duration {
        Duration::from_millis(self.profile.stale_after_ms)
    }

    /// What the profile says of a message.
    fn table(&self, message: &Message) -> Option<&'a MessageTable> {
        self.profile.messages.get(message.name())
    }

    /// The cycle of a message, where the profile says it.
    fn cycle(&self, message: &Message) -> Result<Option<Duration>, VehicleError> {
        let Some(ms) = self.table(message).and_then(|table| table.cycle_ms) else { return Ok(None) };
        // A NaN is in no range.
        if (0.1..=60_000.0).contains(&ms) {
            return Ok(Some(Duration::from_secs_f64(ms / 1000.0)));
        }
        let name = message.name();
        let sentence =
            format!("[messages.{name}] cycle_ms = {ms}: it must be from 0.1 to 60000, in milliseconds");
        Err(self.fault(&format!("messages.{name}.cycle_ms"), sentence))
    }

    /// After what a message is late.
    fn late_after(&self, message: &Message) -> Result<Duration, VehicleError> {
        let stale_after = self.stale_after();
        let cycle = self.cycle(message)?;
        Ok(cycle.map_or(stale_after, |cycle| (cycle * LATE_CYCLES).max(LATE_AT_LEAST).min(stale_after)))
    }

    fn protect(&mut self, name: &str, integrity: &Integrity) -> Result<(), VehicleError> {
        let place = format!("integrity.{name}");
        let message = self.used_message(&place, &format!("[integrity.{name}]"), name)?;
        let fault = |key: &str, fault| {
            let place = format!("{place}.{key}");
            match fault {
                Fault::Dbc(error) => self.dbc(&place, error),
                Fault::Words(words) => self.fault(&place, format!("[integrity.{name}] {words}")),
            }
        };
        let checksum = integrity.checksum.as_ref();
        let counter = integrity.counter.as_ref().map(|counter| counter.compile(&message, checksum));
        let mut counter = counter.transpose().map_err(|error| fault("counter", error))?;
        let checksum = checksum.map(|checksum| checksum.compile(&message, counter.as_ref()));
        let checksum = checksum.transpose().map_err(|error| fault("checksum", error))?;
        if let Some(counter) = &mut counter {
            counter.set_cycle(self.cycle(&message)?);
        }
        let plan = self.plan_of(&message)?;
        let plan = &mut self.messages[plan];
        plan.counter = counter;
        plan.checksum = checksum;
        Ok(())
    }

    /// Says which CAN interface a message comes through.
    fn bind(&mut self, name: &str, number: i64) -> Result<(), VehicleError> {
        let key = format!("[interfaces] {name} = {number}");
        let place = format!("interfaces.{name}");
        let index =
            usize::try_from(number).unwrap_or(0).checked_sub(1).filter(|index| *index < SeveralCan::MOST);
        let Some(index) = index else {
            let most = SeveralCan::MOST;
            let message = format!(
                "{key}: it must be from 1 to {most}: the place of its CAN interface in the order of --can"
            );
            return Err(self.fault(&place, message));
        };
        let message = self.used_message(&place, &key, name)?;
        let plan = self.plan_of(&message)?;
        self.messages[plan].interface = index;
        Ok(())
    }

    /// An interface that nothing comes through is a slip of the pen.
    fn check_interfaces(&self) -> Result<(), VehicleError> {
        let last = self.messages.iter().map(|plan| plan.interface).max().unwrap_or(0);
        let idle = (0..last).find(|n| self.messages.iter().all(|plan| plan.interface != *n));
        idle.map_or(Ok(()), |idle| {
            let (idle, last) = (idle + 1, last + 1);
            let message = format!(
                "[interfaces] has messages on interface {last} and none on {idle}; leave no number out (a message that \
                 it does not name is on 1)"
            );
            Err(self.fault("interfaces", message))
        })
    }

    /// A message that `key` names, which must be one of those that give a speed.
    fn used_message(&self, place: &str, key: &str, name: &str) -> Result<Message, VehicleError> {
        let used: Vec<&str> = self.messages.iter().map(|plan| plan.message.name()).collect();
        if !used.contains(&name) {
            let used = used.join(", ");
            let message =
                format!("{key} is for a message that gives no speed and no signal; those are: {used}");
            return Err(self.fault(place, message));
        }
        Ok(self.database.message(name).map_err(|error| self.dbc(place, error))?.clone())
    }

    fn lookup(&self, place: &str, key: &str, path: &str) -> Result<(Message, Signal), VehicleError> {
        match self.database.signal(path) {
            Ok((message, signal)) => Ok((message.clone(), signal.clone())),
            Err(error) => Err(self.fault(place, format!("{key} = {path:?}: {error}"))),
        }
    }

    /// The number of a message for the estimator.
    fn clock_of(&mut self, plan: usize) -> u8 {
        let next = self.messages.iter().filter_map(|plan| plan.clock).max().map_or(0, |clock| clock + 1);
        *self.messages[plan].clock.get_or_insert(next)
    }

    fn dbc(&self, key: &str, error: DbcError) -> VehicleError {
        VehicleError::Dbc { file: self.place.at(key), error: Box::new(error) }
    }

    fn fault(&self, key: &str, message: String) -> VehicleError {
        self.place.fault(key, message)
    }
}
