//! The troubles that are tried, and the groups of the table that they belong to.

use crate::bus::delivery::Delivery;
use crate::bus::time_base::TimeBase;
use crate::drive::Kind;
use crate::fault::all::Outage;
use crate::fault::one::Ail;
use crate::fault::several::{Pair, Second};

/// A line of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
pub enum Group {
    Normal,
    Delivery,
    OneWheel,
    TwoWheels,
    AllWheels,
    Start,
    Slip,
    SecondSender,
    TimeBase,
    /// Measured, not demanded: `docs/truth.md` says why.
    Unseen,
}

/// One thing that is tried.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Trouble {
    /// None: a drive of this kind.
    Drive(Kind),
    Delivery(Delivery),
    OneWheel(Ail),
    TwoWheels(Pair),
    AllWheels(Outage),
    /// Frames begin while the car drives, fall silent and come back; the first may be nonsense.
    Start {
        nonsense: bool,
    },
    Slip(Kind),
    SecondSender(Second),
    TimeBase(TimeBase),
}

impl Group {
    /// In the order of the table.
    pub const ALL: [Self; 10] = [
        Self::Normal,
        Self::Delivery,
        Self::OneWheel,
        Self::TwoWheels,
        Self::AllWheels,
        Self::Start,
        Self::Slip,
        Self::SecondSender,
        Self::TimeBase,
        Self::Unseen,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::Delivery => "delivery",
            Self::OneWheel => "one wheel",
            Self::TwoWheels => "two wheels",
            Self::AllWheels => "all wheels",
            Self::Start => "start, silence",
            Self::Slip => "slip",
            Self::SecondSender => "second sender",
            Self::TimeBase => "time bases",
            Self::Unseen => "not demanded",
        }
    }
}

impl Trouble {
    /// All that are tried with each car.
    pub fn all() -> Vec<Self> {
        use Kind::{
            AntiLock, Braking, Creeping, HandBrake, Ice, Parking, Road, Spinning, Split, Starts, Town,
        };
        let mut all: Vec<_> =
            [Road, Town, Town, Parking, Braking, Starts, Creeping].map(Self::Drive).into_iter().collect();
        all.extend(
            [
                Delivery::Together(2),
                Delivery::Together(5),
                Delivery::Jitter,
                Delivery::Coarse,
                Delivery::Swapped,
                Delivery::Doubled,
            ]
            .map(Self::Delivery),
        );
        all.extend(Ail::ALL.map(Self::OneWheel));
        all.extend(Pair::ALL.iter().flat_map(|pair| [Self::TwoWheels(*pair); 3]));
        all.extend(
            [
                Outage::Frozen,
                Outage::Zero(300),
                Outage::Zero(1000),
                Outage::Zero(3000),
                Outage::Ones,
                Outage::Spikes,
            ]
            .map(Self::AllWheels),
        );
        all.extend([false, true].map(|nonsense| Self::Start { nonsense }));
        all.extend([AntiLock, AntiLock, Split, Spinning, HandBrake, Ice].map(Self::Slip));
        all.extend(Second::ALL.map(Self::SecondSender));
        all.extend([TimeBase::Stands, TimeBase::Deltas, TimeBase::Loop, TimeBase::Stray].map(Self::TimeBase));
        all
    }

    pub const fn group(self) -> Group {
        match self {
            Self::Drive(_) => Group::Normal,
            Self::Delivery(_) => Group::Delivery,
            Self::OneWheel(_) => Group::OneWheel,
            Self::TwoWheels(_) => Group::TwoWheels,
            Self::AllWheels(_) => Group::AllWheels,
            Self::Start { .. } => Group::Start,
            Self::Slip(_) => Group::Slip,
            Self::SecondSender(_) => Group::SecondSender,
            Self::TimeBase(_) => Group::TimeBase,
        }
    }

    /// Its word in tables and on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Drive(kind) | Self::Slip(kind) => kind.as_str(),
            Self::Delivery(Delivery::Prompt) => "prompt",
            Self::Delivery(Delivery::Together(2)) => "pairs",
            Self::Delivery(Delivery::Together(_)) => "fives",
            Self::Delivery(Delivery::Jitter) => "jitter of a period",
            Self::Delivery(Delivery::Coarse) => "stamps of 50 ms",
            Self::Delivery(Delivery::Swapped) => "neighbours swapped",
            Self::Delivery(Delivery::Doubled) => "doubled",
            Self::OneWheel(ail) => ail.as_str(),
            Self::TwoWheels(pair) => pair.as_str(),
            Self::AllWheels(Outage::Frozen) => "frozen",
            Self::AllWheels(Outage::Zero(300)) => "zero 0.3 s",
            Self::AllWheels(Outage::Zero(1000)) => "zero 1 s",
            Self::AllWheels(Outage::Zero(_)) => "zero 3 s",
            Self::AllWheels(Outage::Ones) => "all ones",
            Self::AllWheels(Outage::Spikes) => "spikes",
            Self::Start { nonsense: false } => "start and silence",
            Self::Start { nonsense: true } => "first frame nonsense",
            Self::SecondSender(second) => second.as_str(),
            Self::TimeBase(TimeBase::Stands) => "stands still",
            Self::TimeBase(TimeBase::Deltas) => "deltas",
            Self::TimeBase(TimeBase::Loop) => "loop",
            Self::TimeBase(TimeBase::Stray) => "stray stamps",
        }
    }

    /// How long the drive is, s.
    pub const fn seconds(self) -> f64 {
        match self {
            Self::Drive(_) | Self::OneWheel(_) | Self::TwoWheels(_) | Self::Start { .. } => 60.0,
            Self::Slip(_) | Self::AllWheels(_) => 75.0,
            Self::Delivery(_) => 50.0,
            Self::SecondSender(_) => 40.0,
            Self::TimeBase(_) => 30.0,
        }
    }
}
