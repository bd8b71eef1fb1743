//! From a profile and its DBC to a decoder: every name is looked up once, here.

use std::time::Duration;

use super::VehicleError;
use super::decoder::{Channel, MessagePlan, WheelDecoder};
use super::file::{Integrity, InterfaceNumber, SignalRef, VehicleFile};
use super::place::{Place, key_of};
use super::unit::to_kmh;
use crate::dbc::{Database, DbcError, Message, Signal, SignalKind};
use crate::estimator::{Follows, Geometry, Limits, Plan, SOURCES, Sensor, WITNESS};
use crate::integrity::Checksum;
use crate::source::SeveralCan;
use crate::wheels::Wheel;

/// Resolves every name of the profile.
pub(super) fn compile(
    place: Place<'_>,
    profile: &VehicleFile,
    database: &Database,
) -> Result<(Plan, WheelDecoder), VehicleError> {
    Compiler { place, profile, database, messages: Vec::new(), limits: profile.limits.limits() }.run()
}

struct Compiler<'a> {
    place: Place<'a>,
    profile: &'a VehicleFile,
    database: &'a Database,
    messages: Vec<MessagePlan>,
    limits: Limits,
}

impl Compiler<'_> {
    fn run(mut self) -> Result<(Plan, WheelDecoder), VehicleError> {
        let profile = self.profile;
        if !(20..=60_000).contains(&profile.stale_after_ms) {
            let message = format!("stale_after_ms = {}: it must be from 20 to 60000", profile.stale_after_ms);
            return Err(self.fault("stale_after_ms", message));
        }
        if let Some(fault) = self.limits.fault() {
            return Err(self.fault(key_of(&fault), fault.clone()));
        }
        let wheels = [
            profile.wheels.row1.left.as_ref(),
            profile.wheels.row1.right.as_ref(),
            profile.wheels.row2.left.as_ref(),
            profile.wheels.row2.right.as_ref(),
        ];
        let mut sensors = [None; SOURCES];
        match (&profile.vehicle_speed, wheels.iter().any(Option::is_some)) {
            (Some(speed), false) => {
                let (resolution, message) = self.channel(WITNESS, "vehicle_speed", speed)?;
                sensors[WITNESS] = Some(Sensor::witness(resolution, message, Follows::Unknown));
            }
            (None, true) => {
                for (wheel, signal) in Wheel::ALL.into_iter().zip(wheels) {
                    let Some(signal) = signal else { continue };
                    let (resolution, message) = self.channel(wheel.index(), wheel.position(), signal)?;
                    sensors[wheel.index()] = Some(Sensor::wheel(resolution, message));
                }
            }
            (Some(_), true) => {
                return Err(self.fault("vehicle_speed", "give [wheels] or vehicle_speed, not both".into()));
            }
            (None, false) => {
                return Err(self.fault(
                    "wheels",
                    "no speed signal; add [wheels] with Row1.Left = \"MESSAGE.SIGNAL\" and so on, or vehicle_speed".into(),
                ));
            }
        }
        for (name, integrity) in &profile.integrity {
            self.protect(name, integrity)?;
        }
        for (name, InterfaceNumber::Number(number)) in &profile.interfaces {
            self.bind(name, *number)?;
        }
        self.check_interfaces()?;
        let plan = Plan {
            sensors,
            driven: profile.driven,
            geometry: Geometry::default(),
            stale_after: Duration::from_millis(profile.stale_after_ms),
            limits: self.limits,
        };
        Ok((plan, WheelDecoder::new(self.messages)))
    }

    /// Adds one speed to the plan of its message; gives the km/h of one raw count, and the place of the message.
    fn channel(&mut self, index: usize, key: &str, signal: &SignalRef) -> Result<(f64, u8), VehicleError> {
        let table = signal.table();
        let place = if key == "vehicle_speed" { key.to_owned() } else { format!("wheels.{key}") };
        let (message, speed) = self.lookup(&place, key, &table.signal)?;
        let to_kmh = to_kmh(speed.unit(), table.unit.as_deref(), table.circumference_m)
            .map_err(|why| self.fault(&place, format!("{key} = {:?}: {why}", table.signal)))?;
        let fault_flag = match &table.fault {
            None => None,
            Some(path) => {
                let (other, flag) = self.lookup(&place, key, path)?;
                if other.name() != message.name() {
                    let message = message.name();
                    return Err(self.fault(
                        &place,
                        format!(
                            "{key}: the fault flag {path:?} must be in the message of the speed, {message}"
                        ),
                    ));
                }
                Some(flag)
            }
        };
        if speed.factor() == 0.0 {
            return Err(self.fault(&place, format!("{key} = {:?}: its factor in the DBC is 0", table.signal)));
        }
        if fault_flag.as_ref().is_some_and(|flag| flag.name() == speed.name()) {
            let message = format!("{key}: the speed {:?} cannot be its own fault flag", table.signal);
            return Err(self.fault(&place, message));
        }
        let resolution = speed.resolution() * to_kmh;
        let limit_kmh = self.limits.max_speed_kmh;
        // Only a signal with a sign can mean a car that reverses; one without is below 0 by its offset
        // alone, which is how many cars say "no value".
        let floor_kmh = if speed.kind() == SignalKind::Unsigned { 0.0 } else { -limit_kmh };
        let (min_kmh, max_kmh) = speed.range().map_or((floor_kmh, limit_kmh), |(min, max)| {
            ((min * to_kmh).max(floor_kmh), (max * to_kmh).min(limit_kmh))
        });
        let channel = Channel {
            index,
            signal: speed,
            fault_flag,
            to_kmh,
            min_kmh: min_kmh - resolution / 2.0,
            max_kmh: max_kmh + resolution / 2.0,
        };
        let plan = self.plan_of(message);
        let message = plan.index;
        // A wheel copied to another place would always agree with itself.
        if let Some(twin) = plan.channels.iter().find(|other| other.signal.name() == channel.signal.name()) {
            let twin = Wheel::ALL[twin.index];
            return Err(
                self.fault(&place, format!("{key} and {twin} are the same signal, {:?}", table.signal))
            );
        }
        plan.channels.push(channel);
        Ok((resolution, message))
    }

    fn protect(&mut self, name: &str, integrity: &Integrity) -> Result<(), VehicleError> {
        let place = format!("integrity.{name}");
        let message = self.used_message(&place, &format!("[integrity.{name}]"), name)?;
        let counter = match &integrity.counter {
            None => None,
            Some(counter) => Some(message.signal(counter).map_err(|error| self.dbc(&place, error))?.clone()),
        };
        let checksum = match &integrity.checksum {
            None => None,
            Some(checksum) => {
                let signal =
                    message.signal(&checksum.signal).map_err(|error| self.dbc(&place, error))?.clone();
                self.check_width(name, checksum.kind, &signal)?;
                Some((checksum.kind, signal))
            }
        };
        let plan = self.plan_of(message);
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
        self.plan_of(message).interface = index;
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
            let message = format!("{key} is for a message that gives no speed; those are: {used}");
            return Err(self.fault(place, message));
        }
        Ok(self.database.message(name).map_err(|error| self.dbc(place, error))?.clone())
    }

    fn check_width(&self, message: &str, kind: Checksum, signal: &Signal) -> Result<(), VehicleError> {
        let fills_a_byte = kind.bits() != 8 || signal.byte_span().is_some_and(|(first, last)| first == last);
        if signal.bits() == kind.bits() && fills_a_byte {
            return Ok(());
        }
        let sentence = format!(
            "[integrity.{message}] checksum {:?} has {} bits{}, but {} does not; name the signal that carries it",
            kind.as_str(),
            kind.bits(),
            if kind.bits() == 8 { " and fills one byte" } else { "" },
            signal.name()
        );
        Err(self.fault(&format!("integrity.{message}.checksum"), sentence))
    }

    fn lookup(&self, place: &str, key: &str, path: &str) -> Result<(Message, Signal), VehicleError> {
        match self.database.signal(path) {
            Ok((message, signal)) => Ok((message.clone(), signal.clone())),
            Err(error) => Err(self.fault(place, format!("{key} = {path:?}: {error}"))),
        }
    }

    fn plan_of(&mut self, message: Message) -> &mut MessagePlan {
        let at = match self.messages.iter().position(|plan| plan.message.id() == message.id()) {
            Some(at) => at,
            None => {
                // At most one for each of a few speeds.
                let index = u8::try_from(self.messages.len()).unwrap_or(u8::MAX);
                self.messages.push(MessagePlan::new(message, index));
                self.messages.len() - 1
            }
        };
        &mut self.messages[at]
    }

    fn dbc(&self, key: &str, error: DbcError) -> VehicleError {
        VehicleError::Dbc { file: self.place.at(key), error: Box::new(error) }
    }

    fn fault(&self, key: &str, message: String) -> VehicleError {
        self.place.fault(key, message)
    }
}
