//! A profile from the names and units of a DBC file, held against a drive where there is one.

mod flags;
mod guards;
mod messages;
mod others;
mod reason;
mod speed;
mod vehicle;
mod wheels;
mod witness;

use self::messages::Used;
use self::speed::Maker;
use self::wheels::{At, Group};
use super::draft::Draft;
use super::drive::{Drive, Series, crossed, motion, run, series, together};
use crate::dbc::{self, Database};
use crate::frame::FrameId;
use crate::wheels::Wheel;
use crate::{Vehicle, VehicleError};

/// What is wanted.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The DBC of the car.
    pub database: &'a Database,
    /// What the profile is to be called: `NAME.toml`, and `NAME.dbc` beside it.
    pub name: &'a str,
    /// A drive in that car, and what the log is called.
    pub drive: Option<(&'a Drive, &'a str)>,
}

/// A profile that passes every check of the service.
#[derive(Clone, Debug)]
pub struct Proposal {
    /// The text of `NAME.toml`.
    pub toml: String,
    /// The text of `NAME.dbc`: the messages that it needs.
    pub dbc: String,
    /// What speaks against it, a sentence each.
    pub against: Vec<String>,
    /// What the drive gives with it, in a sentence.
    pub driven: Option<String>,
    /// Messages that the drive has not.
    pub missing: Vec<FrameId>,
    /// Read back.
    pub vehicle: Vehicle,
}

/// Why there is none.
#[derive(Debug, thiserror::Error)]
pub enum ProposeError {
    /// Nothing in the DBC is called a speed.
    #[error(
        "{dbc}: no signal is a wheel speed or the vehicle's speed by its name and unit; `can-reader list --dbc {dbc} --grep speed` \
         shows what is near, and docs/adding-a-vehicle.md how to write a profile by hand"
    )]
    NoSpeed {
        /// The DBC file.
        dbc: String,
    },
    /// What was made does not pass the check: a fault of this program, or of the DBC.
    #[error("what would be proposed does not pass the check: {0}")]
    Check(#[from] VehicleError),
}

/// Proposes a profile.
///
/// # Errors
/// [`ProposeError`].
pub fn propose(request: Request<'_>) -> Result<Proposal, ProposeError> {
    propose_with(request, None)
}

/// What is known beside names and drive, of signals that were found and not read from somebody's DBC.
#[derive(Clone, Debug, Default)]
pub(in crate::profile) struct Remarks {
    pub title: String,
    /// Comment at the top.
    pub head: Vec<String>,
    /// What speaks against it, a sentence each.
    pub against: Vec<String>,
    /// Left and right are no guess.
    pub sides_known: bool,
    /// The axle that was seen to slip under power.
    pub driven: Option<&'static str>,
}

/// As [`propose`], with remarks in the place of the usual words.
pub(in crate::profile) fn propose_with(
    request: Request<'_>,
    remarks: Option<&Remarks>,
) -> Result<Proposal, ProposeError> {
    let Request { database, name, drive } = request;
    let groups = by_drive(wheels::groups(database), drive.map(|(drive, _)| drive));
    let speeds = vehicle::speeds(database);
    if groups.is_empty() && speeds.is_empty() {
        return Err(ProposeError::NoSpeed { dbc: database.name().to_owned() });
    }
    let by_dbc = || format!("My car, by {}", file_name(database.name()));
    let title = remarks.map_or_else(by_dbc, |remarks| remarks.title.clone());
    let mut making = Making {
        maker: Maker::new(database, drive.map(|(drive, _)| drive)),
        draft: Draft::new(&title, &format!("{name}.dbc")),
        used: Used::default(),
        against: Vec::new(),
    };
    match remarks {
        Some(remarks) => making.remark(remarks),
        None => making.head(database, drive.map(|(_, log)| log)),
    }
    let wheels = groups.first().map(|group| making.wheels(group, &groups[1..], &speeds));
    making.witnesses(&speeds, wheels.as_ref());
    let Making { maker, mut draft, mut used, mut against } = making;
    let missing = used.missing(maker.drive);
    used.write(maker.drive, &mut draft, &mut against);
    reason::tables(&mut draft);
    draft.tail = reason::tail(database);
    let dbc = dbc::write(
        &used.messages(),
        &format!("What the vehicle profile {name} needs of {}.", file_name(database.name())),
    );
    let check = |draft: &Draft| Vehicle::of_texts(name, &draft.to_toml(), (&format!("{name}.dbc"), &dbc));
    let vehicle = check(&draft)?;
    let mut driven = None;
    if let Some((drive, _)) = drive {
        let run = run(drive, &vehicle);
        against.extend(run.doubt().filter(|_| run.frames > 0));
        against.extend(missing.iter().map(|id| format!("the log has no frame of {id}")));
        driven = (run.frames > 0).then(|| run.describe());
    }
    reason::verdict(&mut draft, &against, driven.as_deref(), drive.is_some());
    let (toml, vehicle) = (draft.to_toml(), check(&draft)?);
    Ok(Proposal { toml, dbc, against, driven, missing, vehicle })
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Those of which the drive has frames come first.
fn by_drive<'a>(mut groups: Vec<Group<'a>>, drive: Option<&Drive>) -> Vec<Group<'a>> {
    if let Some(drive) = drive {
        let silent = |group: &Group<'_>| {
            group.wheels.iter().flatten().filter(|at| drive.of(at.message.id()).is_empty()).count()
        };
        groups.sort_by_key(|group| silent(group) * 2 >= group.wheels.iter().flatten().count());
    }
    groups
}

/// A profile that is being made.
struct Making<'a> {
    maker: Maker<'a>,
    draft: Draft,
    used: Used<'a>,
    against: Vec<String>,
}

impl<'a> Making<'a> {
    fn head(&mut self, database: &Database, log: Option<&str>) {
        let log = log.map(|log| format!(" and {log}")).unwrap_or_default();
        self.draft.head = vec![format!("Proposed by `can-reader profile` from {}{log}.", database.name())];
    }

    fn remark(&mut self, remarks: &Remarks) {
        self.draft.head.clone_from(&remarks.head);
        self.against.clone_from(&remarks.against);
        if !remarks.sides_known {
            let why = "in a bend to the left the right wheels are the faster ones: who looks it up takes this line away";
            self.draft.set("sides", "unknown", [why.to_owned()]);
        }
        if let Some(driven) = remarks.driven {
            self.draft.set("driven", driven, ["this axle slips under power in the log".to_owned()]);
        }
    }

    /// Says which signals the wheels are, with the other groups behind `#`; gives their speeds in the drive, km/h.
    fn wheels(
        &mut self,
        group: &Group<'a>,
        others: &[Group<'a>],
        speeds: &[vehicle::VehicleSpeed<'a>],
    ) -> [Option<Series>; 4] {
        let unit = self.maker.settle(group, speeds);
        self.against.extend(unit.guess.iter().map(|guess| format!("the wheels: {guess}")));
        let mut all: [Option<Series>; 4] = [const { None }; 4];
        for wheel in Wheel::ALL {
            let Some(at) = group.wheels[wheel.index()] else { continue };
            let (speed, why) = self.maker.speed(at, &unit, &mut self.used);
            self.used.add(at.message);
            self.draft.wheel(wheel, &speed.speed, why, false);
            for (other, why) in speed.others {
                self.draft.wheel(wheel, &other, why, true);
            }
            all[wheel.index()] = Some(speed.driven);
        }
        for group in others.iter().take(MOST_OTHERS) {
            for wheel in Wheel::ALL {
                let Some(at) = group.wheels[wheel.index()] else { continue };
                let (speed, _) = self.maker.speed(at, &group.unit, &mut Used::default());
                let has_none = all[wheel.index()].is_none() && self.is_new(at);
                if has_none {
                    self.used.add(at.message);
                    all[wheel.index()] = Some(Vec::new());
                }
                let why =
                    if has_none { "of another kind, for the group above has not this wheel" } else { "or:" };
                self.draft.wheel(wheel, &speed.speed, vec![why.to_owned()], !has_none);
            }
        }
        let count = all.iter().flatten().count();
        if count < 4 {
            self.against.push(format!("the DBC has {count} of the four wheels"));
        }
        self.look_at_the_drive(&all);
        all
    }

    fn is_new(&self, at: At<'_>) -> bool {
        self.maker.drive.is_none_or(|drive| !drive.of(at.message.id()).is_empty())
    }

    /// What the drive says against the wheels.
    fn look_at_the_drive(&mut self, all: &[Option<Series>; 4]) {
        if self.maker.drive.is_none() {
            return;
        }
        let motions = Wheel::ALL
            .iter()
            .zip(all)
            .filter_map(|(wheel, points)| Some((wheel, motion(points.as_deref()?)?)));
        let motions: Vec<_> = motions.collect();
        let fastest = motions.iter().max_by(|a, b| a.1.top_kmh.total_cmp(&b.1.top_kmh));
        let doubt = fastest.and_then(|(wheel, motion)| Some(format!("{wheel}: {}", motion.doubt()?)));
        self.against.extend(doubt);
        let drives = fastest.is_some_and(|(_, motion)| motion.top_kmh > MOVES);
        for (wheel, _) in motions.iter().filter(|(_, motion)| drives && motion.top_kmh < MOVES / 10.0) {
            self.against.push(format!(
                "{wheel} stands still while others turn: a lift, another signal, or a dead sensor"
            ));
        }
        if let [Some(fl), Some(fr), Some(rl), Some(rr)] = all {
            self.against.extend(crossed(&together([fl, fr, rl, rr])));
        }
    }
}

/// A car that is this fast moves, km/h.
const MOVES: f64 = 10.0;

/// Groups beside the chosen one that are shown.
const MOST_OTHERS: usize = 3;

/// The values of a signal in the drive, km/h.
fn driven(drive: Option<&Drive>, at: At<'_>, kmh: f64, invalid: &[u64]) -> Series {
    drive.map(|drive| series(drive, (at.message, at.signal), kmh, invalid)).unwrap_or_default()
}
