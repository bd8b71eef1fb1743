//! Speeds of the vehicle as a whole.

use super::wheels::{At, SPEED, WHEEL};
use crate::dbc::{Database, SignalKind};
use crate::profile::names::{SpeedUnit, Words, speed_unit};

/// A speed of the whole vehicle.
#[derive(Clone, Debug)]
pub(in crate::profile) struct VehicleSpeed<'a> {
    pub at: At<'a>,
    pub unit: SpeedUnit,
    /// By its name the number of the dash: rounded, damped and, by law, rather too high.
    pub is_dash: bool,
    /// What a witness of it follows.
    pub follows: Option<&'static str>,
    rank: (bool, bool, bool, f64),
}

const VEHICLE: &str = "vehicle veh vhcl vhl car fzg kfz ego vehv xmission transmission output ausgang";

/// The dash has its own number.
const DASH: &str = "cluster clu display disp displayed dsp meter met dash dashboard indicated ind tacho tachometer speedometer speedo hud kombi \
     kombiinstrument ic ipc ui gauge digital rounded";

/// With one of these it is the speed of something else, or what someone wishes.
const NOT_ITS_SPEED: &str = "set setting setpoint target tgt desired des soll req request cmd command limit lim limiter max maximum min minimum vmax cruise \
     crz acc cc lead obj object track relative rel lat lateral yaw wind fan blower wiper engine eng motor mot turbine input idle \
     pump steer steering angle radar lane sign zone curve recommended memo memory adviced valid validity status stat sta sts state \
     quality qf error err fault unit mode direction dir counter cnt sas low high change config diff delta control ctrl lock acceleration \
     accel accele regel regelgeschw wunsch einheit setz lenkradw lenkrad grad alarm warning warn threshold average avg trip cutoff \
     speaker volume charge data bus can baud predicted projected tire tyre front rear left right fl fr rl rr lf rf lr vl vr hl \
     hr scaling offset scale traffic map nav recommended tsr isa elk aeb fcw mot lka down decrease increase window time cooling clutch \
     compressor axle cs no rq trgt wsh trlr trailer";

/// Messages about other things on the road.
const OTHER_THINGS: &str =
    "target targets object objects obj radar track tracks lead lidar camera cam sign lane";

/// All of them, the likeliest first.
pub(in crate::profile) fn speeds(database: &Database) -> Vec<VehicleSpeed<'_>> {
    let signals = database
        .messages()
        .iter()
        .flat_map(|message| message.signals().iter().map(move |s| At { message, signal: s }));
    let mut found: Vec<_> = signals.filter_map(look_at).collect();
    found.sort_by(|a, b| b.rank.partial_cmp(&a.rank).unwrap_or(std::cmp::Ordering::Equal));
    found
}

fn look_at(at: At<'_>) -> Option<VehicleSpeed<'_>> {
    let signal = at.signal;
    let words = Words::of(signal.name());
    let is_integer = matches!(signal.kind(), SignalKind::Unsigned | SignalKind::Signed);
    if signal.fault().is_some() || signal.factor() == 0.0 || is_integer && signal.bits() < 7 {
        return None;
    }
    let of_other_things = Words::of(at.message.name()).has(OTHER_THINGS);
    if of_other_things || words.has(WHEEL) || words.has(NOT_ITS_SPEED) || !words.has(SPEED) {
        return None;
    }
    let unit = speed_unit(signal)?;
    let says_vehicle = words.has(VEHICLE);
    // `SPEED` in km/h is the car's; one without a unit has to say whose it is.
    if !says_vehicle && unit.guess.is_some() {
        return None;
    }
    let is_shaft = words.has("output ausgang xmission transmission");
    // Turns of anything but the gearbox's output are those of an engine.
    if unit.turns() && !is_shaft {
        return None;
    }
    let is_dash = words.has(DASH) || Words::of(at.message.name()).has(DASH);
    let follows = if words.has("gps gnss") {
        Some("body")
    } else if is_shaft {
        Some("driven")
    } else {
        None
    };
    let step = (signal.factor() * unit.kmh(2.0)).abs();
    let rank = (!is_dash && !unit.turns(), unit.guess.is_none(), says_vehicle, -step.max(0.02));
    Some(VehicleSpeed { at, unit, is_dash, follows, rank })
}
