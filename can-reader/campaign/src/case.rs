//! One car, one drive, one trouble: what was true, and what arrived.

use anyhow::Result;

use crate::bus::delivery::{Arrival, Delivery};
use crate::bus::layout::Layout;
use crate::bus::time_base;
use crate::car::Car;
use crate::drive::Kind;
use crate::drive::record::{Record, drive};
use crate::fault::Span;
use crate::fault::all::{self, Outage};
use crate::fault::one::{Ail, Fault};
use crate::fault::several::second_sender;
use crate::random::Random;
use crate::trouble::Trouble;

/// Which one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Case {
    pub seed: u64,
    /// Its place in [`Trouble::all`].
    pub index: usize,
    pub trouble: Trouble,
}

/// Everything that a case needs.
pub struct Setting {
    pub car: Car,
    pub layout: Layout,
    pub record: Record,
    pub arrivals: Vec<Arrival>,
    pub delivery: Delivery,
    /// A log with broken stamps, in place of the arrivals' own.
    pub log: Option<String>,
    /// When the trouble is there.
    pub spans: Vec<Span>,
    /// Nothing comes then: this time is not asked for.
    pub silences: Vec<Span>,
    /// What is wrong, for a report.
    pub what: String,
}

impl Case {
    /// All of a seed.
    pub fn all(seed: u64) -> Vec<Self> {
        let all = Trouble::all().into_iter().enumerate();
        all.map(|(index, trouble)| Self { seed, index, trouble }).collect()
    }

    /// `SEED:INDEX`, as `--case` reads it.
    pub fn name(&self) -> String {
        format!("{}:{}", self.seed, self.index)
    }

    /// Drives it.
    ///
    /// # Errors
    /// Those of the encoder.
    pub fn set_up(&self) -> Result<Setting> {
        let r = &mut Random::new(self.seed, &format!("case {}", self.index));
        let car = Car::random(self.seed);
        let layout = Layout::random(self.seed, &car);
        let seconds = self.trouble.seconds();
        let kind = match self.trouble {
            Trouble::Drive(kind) | Trouble::Slip(kind) => kind,
            _ if r.chance(0.5) => Kind::Mixed,
            _ => r.pick(&[Kind::Town, Kind::Road, Kind::Braking]),
        };
        let drive_seed = self.seed.wrapping_mul(1_000).wrapping_add(self.index as u64);
        let record = drive(&car, kind, &layout, seconds, drive_seed);
        let (spans, silences, what) = (Vec::new(), Vec::new(), String::new());
        let delivery = Delivery::Prompt;
        let mut setting =
            Setting { car, layout, record, arrivals: Vec::new(), delivery, log: None, spans, silences, what };
        setting.trouble(self.trouble, r);
        setting.what = format!("{} drive; {}{}", kind.as_str(), self.trouble.as_str(), setting.what);
        let Setting { delivery, record, layout, .. } = &setting;
        setting.arrivals = delivery.deliver(&record.sent, layout, r)?;
        if let Trouble::TimeBase(base) = self.trouble {
            setting.log = Some(time_base::log(&setting.arrivals, base, r));
        }
        Ok(setting)
    }
}

impl Setting {
    fn trouble(&mut self, trouble: Trouble, r: &mut Random) {
        match trouble {
            Trouble::Drive(_) | Trouble::Slip(_) | Trouble::TimeBase(_) => {}
            Trouble::Delivery(delivery) => self.delivery = delivery,
            Trouble::OneWheel(ail) => {
                let wheel = r.below(4);
                self.fail(ail, &[wheel], r);
            }
            Trouble::TwoWheels(pair) => {
                let wheels = pair.wheels(r);
                let ail = r.pick(&Ail::ALL);
                self.fail(ail, &wheels, r);
            }
            Trouble::AllWheels(outage) => {
                let length = match outage {
                    Outage::Zero(ms) => (f64::from(ms) / 1000.0, f64::from(ms) / 1000.0),
                    Outage::Frozen | Outage::Ones => (0.5, 8.0),
                    Outage::Spikes => (0.3, 3.0),
                };
                self.spans = all::spans(&self.record, length, r);
                outage.put_on(&mut self.record.sent, &self.spans, r);
            }
            Trouble::Start { nonsense } => {
                self.spans = all::spans(&self.record, (0.6, 6.0), r);
                self.silences.clone_from(&self.spans);
                all::silence(&mut self.record.sent, &self.spans);
                if nonsense {
                    all::false_start(&mut self.record.sent, &self.spans, r);
                }
            }
            Trouble::SecondSender(second) => {
                let from = r.between(5.0, 15.0);
                let span = Span { from, to: from + r.between(5.0, 20.0) };
                self.spans = vec![span];
                second_sender(&mut self.record, second, span, r);
            }
        }
    }

    fn fail(&mut self, ail: Ail, wheels: &[usize], r: &mut Random) {
        // Some are there from the start, some go away again.
        let from = if r.chance(0.15) { 0.0 } else { r.between(3.0, 25.0) };
        let to = if r.chance(0.3) { from + r.between(1.0, 15.0) } else { f64::INFINITY };
        let span = Span { from, to };
        let fault = Fault::random(ail, span, r);
        self.spans = vec![span];
        for &wheel in wheels {
            let carriers = &self.layout.messages;
            let carries = |message: usize| carriers[message].wheels.contains(&wheel);
            fault.put_on(&mut self.record.sent, wheel, carries, r);
        }
        let names: Vec<_> = wheels.iter().map(|&wheel| crate::car::WHEELS[wheel]).collect();
        self.what = format!(" {}: {}", names.join(" and "), fault.describe());
    }
}
