//! `can-reader calibrate`: the factor of `[calibration]` from a drive.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use super::discover::references;
use super::log::Log;
use super::near::{SeenIds, list};
use super::{Error, note};
use crate::calibrate::{Factor, Point, by_road, by_speed};
use crate::discover::obd_speed;
use crate::{Distance, Event, Pipeline, State, Vehicle};

/// Finds the factor between the wheels' speed and the true one, for `[calibration]` of speed.toml
///
/// With what a satellite receiver recorded, with the answers to OBD-II requests in the log, or with the length of a road that was measured
/// otherwise. Only steady stretches count; a factor that is not sure within 1 % is refused.
#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("reference").required(true))]
pub struct Args {
    /// A built-in vehicle, or the path of a profile
    #[arg(long, value_name = "NAME|FILE")]
    vehicle: String,
    /// By a satellite receiver: lines `seconds,km/h` on the log's clock
    #[arg(long, value_name = "FILE.csv", group = "reference")]
    gps: Option<PathBuf>,
    /// By the answers to OBD-II requests for the vehicle's speed in this log
    #[arg(long, group = "reference")]
    obd: bool,
    /// By the length of the road, from the first frame of the log to the last; as exact as it is typed: 12.30 is better than 12.3
    #[arg(long, value_name = "KM", group = "reference")]
    km: Option<Road>,
    /// The log of the drive
    #[arg(value_name = "LOG")]
    log: PathBuf,
}

/// The length of a road.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Road {
    metres: f64,
    /// Half of the last digit.
    off_m: f64,
}

impl FromStr for Road {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let km = text.parse().ok().filter(|km: &f64| km.is_finite() && *km > 0.0);
        let km =
            km.ok_or_else(|| format!("{text:?} is no length of a road: write kilometres, such as 12.3"))?;
        let digits = text.split_once('.').map_or(0, |(_, digits)| digits.len());
        Ok(Self {
            metres: km * 1000.0,
            off_m: 500.0 / 10_f64.powi(i32::try_from(digits).unwrap_or(i32::MAX)),
        })
    }
}

/// What the vehicle's own speed was, and how far that went.
#[derive(Default)]
struct Drive {
    speeds: Vec<Point>,
    distance: Distance,
    obd: Vec<Point>,
    start_us: Option<u64>,
    seconds: f64,
}

/// A control unit's whole km/h may be cut or rounded: off by up to half a one, all in one direction.
const OBD_ROUNDING_KMH: f64 = 0.5;

pub fn run(args: &Args) -> Result<(), Error> {
    let vehicle = Vehicle::find(&args.vehicle)?;
    let drive = drive(&args.log, vehicle)?;
    let found = if let Some(Road { metres, off_m }) = args.km {
        let travelled = drive.distance.travelled();
        let own_m = travelled.micrometres as f64 / 1e6;
        by_road(metres, off_m, (own_m, travelled.unknown.as_secs_f64()), drive.seconds)
    } else if let Some(path) = &args.gps {
        let start = drive.start_us.unwrap_or_default() as f64 / 1e6;
        by_speed(&drive.speeds, &references::gps(path, start)?, 0.0)
    } else {
        by_speed(&drive.speeds, &drive.obd, OBD_ROUNDING_KMH)
    };
    let factor = found.map_err(|why| Error::NoFactor { name: args.log.display().to_string(), why })?;
    say(&factor, &mut io::stdout().lock())?;
    Ok(())
}

/// The log through the very pipeline of the service.
fn drive(log: &Path, vehicle: Vehicle) -> Result<Drive, Error> {
    let mut pipeline = Pipeline::new(vehicle);
    let (mut drive, mut seen) = (Drive::default(), SeenIds::default());
    let (name, damaged) = Log::open(log)?.each_frame(|_, frame| {
        let at = frame.stamp.at;
        drive.start_us.get_or_insert(frame.stamp.wall_us);
        drive.seconds = at.as_secs_f64();
        seen.add(frame.id);
        drive.obd.extend(obd_speed(frame.id, &frame.payload).map(|kmh| (drive.seconds, kmh)));
        // What a live bus would be asked for in a gap; a hundred tell that it has become late.
        for _ in 0..100 {
            let Some(deadline) = pipeline.deadline().filter(|deadline| *deadline < at) else { break };
            pipeline.handle(deadline, &Event::Deadline);
            drive.distance.observe(pipeline.time(), &pipeline.estimate(), 1.0);
        }
        pipeline.handle(at, &Event::Frame(*frame));
        let estimate = pipeline.estimate();
        drive.distance.observe(pipeline.time(), &estimate, 1.0);
        let is_new = drive.speeds.last().is_none_or(|(last, _)| drive.seconds - last >= 0.02);
        if let Some(kmh) = estimate.speed_kmh.filter(|_| is_new && estimate.state == State::Ok) {
            drive.speeds.push((drive.seconds, kmh));
        }
    })?;
    if drive.start_us.is_none() {
        return Err(damaged.no_frames(name));
    }
    if drive.speeds.is_empty() {
        let ids = pipeline.vehicle().decoder().wanted_for_speed();
        let why = format!("there is no speed of this vehicle; it needs {}{}", list(&ids), seen.near(&ids));
        return Err(Error::NothingDecoded { name, why });
    }
    Ok(drive)
}

fn say(factor: &Factor, out: &mut impl Write) -> io::Result<()> {
    let Factor { value, unsure, spread, stretches, seconds, lag_s } = *factor;
    writeln!(out, "[calibration]")?;
    writeln!(out, "factor = {value:.4}")?;
    out.flush()?;
    note(format_args!(
        "{value:.4}, give or take {:.2} %: into speed.toml, or 1 if that is within it",
        100.0 * unsure
    ));
    if stretches > 1 {
        let late = if lag_s.abs() < 0.05 {
            String::new()
        } else {
            format!("; the reference comes {lag_s:.1} s late")
        };
        note(format_args!(
            "{stretches} steady stretches of {seconds:.0} s together, which differ by {:.2} %{late}",
            100.0 * spread
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_road_is_as_exact_as_it_is_typed() {
        assert_eq!("12.3".parse(), Ok(Road { metres: 12_300.0, off_m: 50.0 }));
        assert_eq!("12.30".parse::<Road>().unwrap().off_m, 5.0);
        assert_eq!("7".parse::<Road>().unwrap().off_m, 500.0);
        for bad in ["", "0", "-1", "x", "inf"] {
            assert!(bad.parse::<Road>().is_err(), "{bad}");
        }
    }
}
