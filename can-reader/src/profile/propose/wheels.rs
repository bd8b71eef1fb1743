//! Which signals of a DBC file are wheel speeds: groups of like signals of two to four wheels, the likeliest first.

use crate::dbc::{Database, Message, Signal, SignalKind};
use crate::profile::names::{Position, SpeedUnit, Words, position, speed_unit};
use crate::wheels::Wheel;

/// A signal and its message.
#[derive(Clone, Copy, Debug)]
pub(in crate::profile) struct At<'a> {
    pub message: &'a Message,
    pub signal: &'a Signal,
}

impl At<'_> {
    /// `MESSAGE.SIGNAL`
    pub fn path(&self) -> String {
        format!("{}.{}", self.message.name(), self.signal.label())
    }
}

/// Signals that are the speeds of different wheels and are made alike.
#[derive(Clone, Debug)]
pub(in crate::profile) struct Group<'a> {
    /// In the order of [`Wheel::ALL`].
    pub wheels: [Option<At<'a>>; 4],
    pub unit: SpeedUnit,
    rank: Rank,
}

/// What makes a group likely, the weightiest first.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
struct Rank {
    /// The names speak of wheels.
    says_wheel: bool,
    wheels: usize,
    /// The DBC gives a unit of speed.
    has_unit: bool,
    /// Not the raw or the unfiltered kind.
    is_plain: bool,
    /// The finest step.
    fineness: f64,
}

/// Words of wheels in several languages.
pub(super) const WHEEL: &str = "wheel wheels whl whls wh wspd wss wsp rad raeder rads roue roues rou ruota ruote rueda ruedas drehz drehzahl";

/// Words of speeds.
pub(super) const SPEED: &str = "speed speeds spd vel velocity veloc v geschw geschwindigkeit drehz drehzahl vit vitesse velocita velocidad omega w rpm \
     wspd wss wsp ws";

/// With one of these it is something else about a wheel.
const NOT_A_SPEED: &str = "steering steer ste strg str lenk lenkrad angle winkel direction dir fahrtrichtung richtung pulse pulses impuls impulse \
     wegimpuls tick ticks edge edges tooth teeth count counter cnt counts brake brk bremse pressure press druck torque trq tq \
     moment accel acceleration beschl temp temperature tire tyre tpms reifen slip schlupf fault faults fehler err error fail \
     failure invalid valid validity quality qf qly qbit status stat sta state sts relative rel diff delta lock locked target \
     tgt desired req request cmd command soll checksum chk crc crv dist distance weg lamp light warn warning learn learnt \
     calib correction corr factor variance height level eingr rta wear air suspension damper door window fenster seat rpt reset \
     timestamp time age nut lug";

const NOT_PLAIN: &str = "raw unfiltered unfilt uncorrected rough coarse redundant backup copy alt";

/// Fewer bits are a flag or a state.
const LEAST_BITS: u16 = 7;

struct Found<'a> {
    at: At<'a>,
    wheel: Wheel,
    /// What is the same for the wheels of a group.
    kind: Kind,
    says_wheel: bool,
    unit: SpeedUnit,
    is_plain: bool,
}

/// Alike but for the wheel.
#[derive(Clone, Debug, PartialEq)]
struct Kind {
    stem: Words,
    /// Where the signal's own name says nothing but the wheel.
    message: Words,
    step: f64,
    unit: &'static str,
}

/// All groups, the likeliest first.
pub(in crate::profile) fn groups(database: &Database) -> Vec<Group<'_>> {
    let messages = database.messages().iter();
    let found: Vec<Found<'_>> = messages
        .flat_map(|message| {
            let words = Words::of(message.name());
            message.signals().iter().filter_map(move |signal| look_at(At { message, signal }, &words))
        })
        .collect();
    let mut kinds: Vec<&Kind> = Vec::new();
    for one in &found {
        if !kinds.contains(&&one.kind) {
            kinds.push(&one.kind);
        }
    }
    let mut groups: Vec<_> = kinds.into_iter().flat_map(|kind| of_kind(&found, kind)).collect();
    groups.sort_by(|a, b| b.rank.partial_cmp(&a.rank).unwrap_or(std::cmp::Ordering::Equal));
    groups
}

fn look_at<'a>(at: At<'a>, message: &Words) -> Option<Found<'a>> {
    let At { signal, .. } = at;
    let words = Words::of(signal.name());
    if signal.fault().is_some() || signal.factor() == 0.0 || words.has(NOT_A_SPEED) {
        return None;
    }
    let is_integer = matches!(signal.kind(), SignalKind::Unsigned | SignalKind::Signed);
    if is_integer && signal.bits() < LEAST_BITS {
        return None;
    }
    let Position { wheel, stem } = position(&words, message)?;
    // What is only said by the message holds for names that say nothing more themselves.
    let borrows = stem.iter().all(|word| word.parse::<u32>().is_ok() || word == "speed" || word == "spd");
    let context = if borrows && !message.has(NOT_A_SPEED) { stem.and(message) } else { stem.clone() };
    let says_wheel = context.has(WHEEL);
    let unit = speed_unit(signal)?;
    let has_unit = unit.guess.is_none();
    let says_speed = context.has(SPEED);
    // Of a wheel a unit of speed is enough, of a mere position both are wanted.
    let is_speed = if says_wheel { says_speed || has_unit } else { says_speed && has_unit };
    if !is_speed {
        return None;
    }
    let message = if borrows && !stem.has(WHEEL) { without_position(message) } else { Words::default() };
    let kind = Kind { stem, message, step: signal.factor(), unit: unit.unit };
    Some(Found { at, wheel, kind, says_wheel, unit, is_plain: !context.has(NOT_PLAIN) })
}

fn without_position(message: &Words) -> Words {
    match position(message, &Words::default()) {
        Some(position) => position.stem,
        None => {
            let axles: Vec<_> = (0..message.len())
                .filter(|at| matches!(message.get(*at), "front" | "rear" | "back"))
                .collect();
            message.without(&axles)
        }
    }
}

/// Those of one kind: the four of one message, or what several messages have together.
fn of_kind<'a>(found: &[Found<'a>], kind: &Kind) -> Vec<Group<'a>> {
    let of_kind: Vec<_> = found.iter().filter(|one| one.kind == *kind).collect();
    let mut ids: Vec<_> = of_kind.iter().map(|one| one.at.message.id()).collect();
    ids.dedup();
    let mut groups = Vec::new();
    let mut rest = Vec::new();
    for id in ids {
        let own: Vec<_> = of_kind.iter().filter(|one| one.at.message.id() == id).copied().collect();
        match group(&own) {
            Some(group) if group.rank.wheels == 4 => groups.push(group),
            _ => rest.extend(own),
        }
    }
    groups.extend(group(&rest));
    groups
}

fn group<'a>(found: &[&Found<'a>]) -> Option<Group<'a>> {
    let first = found.first()?;
    let mut wheels = [None; 4];
    for one in found {
        wheels[one.wheel.index()].get_or_insert(one.at);
    }
    let count = wheels.iter().flatten().count();
    let is_one_bit_wide = first.kind.step * 250.0 < 1.0;
    let rank = Rank {
        says_wheel: first.says_wheel,
        wheels: count,
        has_unit: first.unit.guess.is_none(),
        is_plain: first.is_plain,
        fineness: if is_one_bit_wide { -0.004 } else { -first.kind.step.abs() },
    };
    (count >= 2).then(|| Group { wheels, unit: first.unit.clone(), rank })
}
