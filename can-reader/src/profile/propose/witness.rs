//! Further speeds of the vehicle: witnesses beside its wheels, or its only speed.

use super::speed::Made;
use super::vehicle::VehicleSpeed;
use super::{Making, driven};
use crate::profile::drive::{Series, judge};

/// So many are shown.
const SHOWN: usize = 4;

/// So many are taken as witnesses.
const TAKEN: usize = 2;

impl<'a> Making<'a> {
    /// Names the speeds of the vehicle. `wheels`: those of the wheels in the drive; without wheels the first is the profile's speed.
    pub(super) fn witnesses(&mut self, speeds: &[VehicleSpeed<'a>], wheels: Option<&[Option<Series>; 4]>) {
        let heard = |speed: &&VehicleSpeed<'_>| {
            self.maker.drive.is_none_or(|drive| !drive.of(speed.at.message.id()).is_empty())
        };
        // What the drive has comes first.
        let mut order: Vec<_> = speeds.iter().filter(heard).collect();
        order.extend(speeds.iter().filter(|speed| !heard(speed)));
        let Some(wheels) = wheels else { return self.only_speed(&order) };
        let wheels = wheels.iter().flatten().find(|points| points.iter().any(|point| point.value.is_some()));
        let (mut shown, mut taken) = (0, Vec::new());
        for speed in order {
            let kmh = speed.unit.kmh(2.0);
            let own = driven(self.maker.drive, speed.at, kmh, &[]);
            let step = (speed.at.signal.factor() * kmh).abs();
            let judged = wheels.and_then(|wheels| judge(&own, wheels, step));
            // Another number altogether.
            if judged.as_ref().is_some_and(|judged| !(0.05..20.0).contains(&judged.ratio)) {
                continue;
            }
            let is_good =
                judged.as_ref().is_some_and(|judged| judged.against.is_empty()) && speed.unit.guess.is_none();
            let id = speed.at.message.id();
            let is_taken = is_good && !speed.unit.turns() && taken.len() < TAKEN && !taken.contains(&id);
            let is_silent = wheels.is_some() && own.is_empty();
            if !is_taken && (shown >= SHOWN || is_silent) {
                continue;
            }
            let (Made { speed: mut line, .. }, mut why) =
                self.maker.speed(speed.at, &speed.unit, &mut Default::default());
            line.follows = speed.follows.map(str::to_owned);
            match (&judged, is_taken) {
                (Some(judged), _) if judged.against.is_empty() => {
                    why.push(format!(
                        "in the log it goes with the wheels: {:.3} times their speed",
                        judged.ratio
                    ));
                }
                (Some(judged), _) => {
                    let kind = if judged.against.len() > 1 { "the dash's" } else { "no witness" };
                    why.push(format!("{kind}, as it seems: in the log {}", judged.against.join(", ")));
                }
                (None, _) if speed.is_dash => {
                    why.push("by its name the number of the dash: no witness".to_owned())
                }
                (None, _) => {
                    why.push("whether it goes with the wheels a log would show: --log drive.log".to_owned())
                }
            }
            if is_taken {
                taken.push(id);
                self.used.add(speed.at.message);
            } else {
                shown += 1;
            }
            why[0].insert_str(0, "the vehicle's speed: ");
            self.draft.witness(&line, why, !is_taken);
        }
    }

    /// Without wheels.
    fn only_speed(&mut self, order: &[&VehicleSpeed<'a>]) {
        self.against.push(
            "the DBC names no wheels: the speed is that of one signal, which nothing is held against"
                .to_owned(),
        );
        for (n, speed) in order.iter().take(SHOWN + 1).enumerate() {
            let (made, mut why) = self.maker.speed(speed.at, &speed.unit, &mut self.used);
            if speed.is_dash {
                why.push("by its name the number of the dash".to_owned());
            }
            if n == 0 {
                self.used.add(speed.at.message);
                self.against.extend(speed.unit.guess.iter().map(|guess| format!("the speed: {guess}")));
                let step = speed.at.signal.factor() * speed.unit.kmh(2.0);
                self.judge_alone(speed, &made.driven, step.abs(), &order[1..]);
                if speed.is_dash {
                    self.against.push(
                        "by its name it is the speed of the dash, which shows too much by law".to_owned(),
                    );
                }
            }
            self.draft.vehicle_speed(&made.speed, why, n > 0);
        }
    }

    /// The only speed against the drive, and against the other speeds in it.
    fn judge_alone(
        &mut self,
        speed: &VehicleSpeed<'_>,
        own: &Series,
        step: f64,
        others: &[&VehicleSpeed<'_>],
    ) {
        if self.maker.drive.is_none() {
            return;
        }
        let doubt = crate::profile::drive::motion(own).and_then(|motion| motion.doubt());
        self.against.extend(doubt.map(|doubt| format!("{}: {doubt}", speed.at.path())));
        let judged = others.iter().find_map(|other| {
            let points = driven(self.maker.drive, other.at, other.unit.kmh(2.0), &[]);
            Some((other.at.path(), judge(own, &points, step)?))
        });
        let Some((other, judged)) = judged.filter(|(_, judged)| !judged.against.is_empty()) else { return };
        let path = speed.at.path();
        self.against.push(format!("{path}, held against {other} in the log: {}", judged.against.join(", ")));
    }
}
