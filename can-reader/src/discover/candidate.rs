//! From what the search found to candidates: scale, offset, axles and sides, and the words for it.

use super::axles::Bends;
use super::evidence;
use super::grid::Grid;
use super::group::Group;
use super::obd::Answers;
use super::pages::Page;
use super::place::{common_length, position};
use super::reference::{References, ScaleSource, settle};
use super::report::{AxleFrom, Candidate, Kind, Mux, Scale, Signal};
use super::scale::guesses;
use super::search::{Finds, Found, apart, id_of, single_speeds};
use super::smooth::Member;
use super::stats::{bounds, spread};
use super::traffic::View;
use super::weigh::confidence;
use crate::wheels::Axle;

/// So many candidates are named.
const MOST: usize = 10;

/// A number that contradicts what somebody read on the dash loses so many points.
const CONTRADICTED: f64 = 3.0;

/// And is so much less sure.
const CONTRADICTED_SHARE: f64 = 0.5;

/// A single number is surer than this only with a twin, and never surer than the second.
const SINGLE: (f64, f64) = (0.45, 0.75);

/// Makes candidates.
pub(super) struct Making<'a> {
    pub views: &'a [View],
    pub grid: &'a Grid,
    pub references: &'a References,
    pub obd: Option<&'a Answers>,
}

/// A find on its way.
struct Ranked {
    found: Found,
    kind: Kind,
    confidence: f64,
    score: f64,
    /// Counts for one of the wheels that it follows, and how well.
    follows: Option<(f64, f64)>,
    settled: Option<super::reference::Settled>,
}

impl Ranked {
    /// Why it is not called found, where nothing but the dash speaks against it.
    fn contradicted(&self) -> Option<String> {
        let against = self.settled.as_ref()?.against.as_ref()?;
        (self.confidence / CONTRADICTED_SHARE >= super::report::FOUND).then(|| {
            format!(
                "what moves like the speed of a car is not what the dash said: {against}; read the dash while the speed is steady, and say \
                 the time to a second"
            )
        })
    }
}

impl Making<'_> {
    /// Best first; and why there is none, for people.
    pub fn candidates(&self, finds: Finds) -> (Vec<Candidate>, String) {
        let why = evidence::nothing(&finds);
        let mut ranked: Vec<_> = self.ranked(finds).into_iter().map(|one| self.settled(one)).collect();
        ranked.sort_by(|a, b| b.score.total_cmp(&a.score));
        let mut ranked = apart(ranked, |one| one.found.group.bits(self.views));
        ranked.truncate(MOST);
        let why = ranked.iter().find_map(Ranked::contradicted).unwrap_or(why);
        let mut wheels_scale: Option<f64> = None;
        let mut candidates = Vec::new();
        for one in &ranked {
            let candidate = self.candidate(one, wheels_scale);
            if one.follows.is_none() {
                wheels_scale = wheels_scale.or(candidate.signals.first().and_then(|signal| signal.factor));
            }
            candidates.push((one.score, candidate));
        }
        candidates.extend(self.obd.map(obd_candidate));
        candidates.sort_by(|a, b| b.0.total_cmp(&a.0));
        candidates.truncate(MOST);
        (candidates.into_iter().map(|(_, candidate)| candidate).collect(), why)
    }

    fn ranked(&self, finds: Finds) -> Vec<Ranked> {
        let kind = |group: &Group| match group.traits.same > 0.97 && group.members.len() == 2 {
            true => Kind::Vehicle,
            false => Kind::Wheels,
        };
        let of = |found: &Found| {
            let kind = kind(&found.group);
            let confidence = confidence(found.score, kind == Kind::Wheels);
            Ranked {
                kind,
                confidence,
                score: found.score,
                found: found.clone(),
                follows: None,
                settled: None,
            }
        };
        let mut ranked: Vec<_> = finds.groups.iter().map(of).collect();
        let Some(best) = ranked.first().filter(|best| best.confidence >= 0.5) else {
            ranked.extend(single_speeds(&finds, self.views).into_iter().map(single));
            return ranked;
        };
        let (confidence, score) = (best.confidence * 0.95, best.score - 1.0);
        let mut followers = best.found.followers.clone();
        let is_fine = |n: usize| finds.singles[n].traits.range > 200.0;
        followers.sort_by(|(a, i), (b, k)| {
            is_fine(*k).cmp(&is_fine(*i)).then(b.correlation.total_cmp(&a.correlation))
        });
        let mut seen = Vec::new();
        for (follows, n) in followers {
            let group = finds.singles[n].clone();
            let id = id_of(&group, self.views);
            if seen.contains(&id) {
                continue;
            }
            seen.push(id);
            let rest = super::search::rest_of(&group);
            let found = Found { group, rest, followers: Vec::new(), ids: Default::default(), score };
            let follows = Some((follows.times, follows.correlation));
            ranked.push(Ranked { found, kind: Kind::Vehicle, confidence, score, follows, settled: None });
        }
        ranked
    }

    /// With the scale of a reference, and fewer points where it is contradicted.
    fn settled(&self, mut one: Ranked) -> Ranked {
        let above = above_rest(&one.found);
        let obd = self.obd.map_or(&[][..], |obd| &obd.speeds);
        one.settled = settle(&above, self.grid, self.references, obd);
        if one.settled.as_ref().is_some_and(|settled| settled.against.is_some()) {
            one.score -= CONTRADICTED;
            one.confidence *= CONTRADICTED_SHARE;
        }
        one
    }

    fn candidate(&self, one: &Ranked, wheels_scale: Option<f64>) -> Candidate {
        let Ranked { found, kind, confidence, follows, settled, .. } = one;
        let group = &found.group;
        let above = above_rest(found);
        let top = bounds(&above).1;
        let followers: Vec<_> =
            found.followers.iter().map(|(f, n)| (f.times, self.range_of(*n, found))).collect();
        let scale = |kmh: f64, source, sure, others| {
            (Some(kmh), Scale { source, top_kmh: Some(kmh * top), sure, others })
        };
        let (factor, scale) = match (settled, wheels_scale, follows) {
            (Some(settled), ..) => scale(settled.kmh_per_raw, settled.source, 1.0, Vec::new()),
            (None, Some(wheels), Some((times, _))) => {
                scale(wheels / times, ScaleSource::Guess, 0.5, Vec::new())
            }
            _ => {
                let guesses = guesses(group, top, &followers);
                let others =
                    guesses.iter().skip(1).map(|g| (g.kmh_per_raw, g.kmh_per_raw * top, g.sure)).collect();
                match guesses.first() {
                    Some(best) => scale(best.kmh_per_raw, ScaleSource::Guess, best.sure, others),
                    None => (None, Scale { source: ScaleSource::Unknown, top_kmh: None, sure: 0.0, others }),
                }
            }
        };
        let mut signals = self.signals(found, factor);
        let mut candidate = Candidate {
            kind: *kind,
            confidence: *confidence,
            signals: Vec::new(),
            scale,
            axle_from: None,
            driven: None,
            evidence: evidence::of(found, *kind, *follows, self.views),
            questions: Vec::new(),
            bend: None,
        };
        candidate.evidence.extend(settled.iter().filter_map(|settled| settled.against.clone()));
        if *kind == Kind::Wheels {
            self.tell_places(found, &mut signals, &mut candidate);
        }
        candidate.signals = signals;
        candidate.questions.extend(evidence::scale_question(&candidate));
        candidate
    }

    /// A number that follows: its range in counts.
    fn range_of(&self, number: usize, found: &Found) -> f64 {
        found
            .followers
            .iter()
            .find(|(_, n)| *n == number)
            .map_or(0.0, |(f, _)| f.times * spread(&found.group.mean))
    }

    fn signals(&self, found: &Found, factor: Option<f64>) -> Vec<Signal> {
        let group = &found.group;
        let common = common_length(group, self.views);
        let rest = found.rest.unwrap_or_default();
        let factor = factor.map(significant);
        let signal = |member: &Member| {
            let view = &self.views[member.view];
            let length = common.filter(|_| !member.signed).unwrap_or_else(|| member.width());
            let whole = Member { high: member.low + length - 1, ..member.clone() };
            let void = (1_i64 << length) - 1;
            let is_void =
                !member.signed && length >= 8 && view.words.iter().any(|word| whole.raw(*word) == void);
            Signal {
                id: view.id,
                bus: view.bus.clone(),
                start: member.start(view, length),
                length: length as usize,
                order: member.order,
                signed: member.signed,
                factor,
                // Not -0.
                offset: factor.map_or(0.0, |factor| 0.0 - rest * factor),
                offset_raw: 0.0 - rest,
                invalid: is_void.then_some(void as u64),
                wheel: None,
                axle: None,
                side: None,
                obd_pid: None,
                mux: view.page.as_ref().map(|Page { selector, value, .. }| Mux {
                    start: selector.start(),
                    length: selector.bits as usize,
                    value: *value,
                }),
            }
        };
        group.members.iter().map(signal).collect()
    }

    /// Axles and sides, as far as bends tell them; the signals in the order of their messages.
    fn tell_places(&self, found: &Found, signals: &mut Vec<Signal>, candidate: &mut Candidate) {
        let group = &found.group;
        let mut order: Vec<_> = (0..signals.len()).collect();
        order.sort_by_key(|n| position(&group.members[*n], self.views));
        let rows: Vec<_> = order.iter().map(|n| group.rows[*n].clone()).collect();
        *signals = order.iter().map(|n| signals[*n].clone()).collect();
        let bends = Bends::of(&rows, found.rest.unwrap_or_default(), self.grid);
        if let Some(bends) = &bends {
            for (letter, pair) in ['A', 'B'].into_iter().zip(bends.sides) {
                pair.iter().for_each(|n| signals[*n].side = Some(letter));
            }
        }
        let by_bends = bends.as_ref().and_then(|bends| bends.front);
        let (front, from) = match by_bends {
            Some(front) => (Some(front), AxleFrom::Bends),
            None => ((signals.len() == 4 && group.traits.same < 0.97).then_some([0, 1]), AxleFrom::Order),
        };
        if let Some(front) = front {
            for (n, signal) in signals.iter_mut().enumerate() {
                signal.axle = Some(if front.contains(&n) { Axle::Front } else { Axle::Rear });
            }
            candidate.axle_from = Some(from);
        }
        let told: Vec<_> = bends
            .iter()
            .flat_map(|bends| self.references.bends.iter().filter_map(|bend| bends.left(bend)))
            .collect();
        // Bends of which one must be remembered wrongly tell nothing.
        let left = told.first().filter(|first| told.iter().all(|other| other == *first));
        if let Some(left) = left {
            for (n, signal) in signals.iter_mut().enumerate().filter(|_| by_bends.is_some()) {
                let side = usize::from(!left.contains(&n));
                signal.wheel = signal.axle.map(|axle| Axle::wheels(axle)[side]);
            }
        }
        if let Some(front) = by_bends {
            let rest = found.rest.unwrap_or_default();
            let above: Vec<Vec<f64>> =
                rows.iter().map(|row| row.iter().map(|value| value - rest).collect()).collect();
            candidate.driven = super::driven::driven(&above, front, self.grid);
        }
        let sides = match (left, told.is_empty()) {
            (Some(_), _) => evidence::Sides::Known,
            (None, true) => evidence::Sides::Unknown,
            (None, false) => evidence::Sides::Contradicted,
        };
        evidence::places(candidate, bends.as_ref(), signals, sides);
    }
}

fn above_rest(found: &Found) -> Vec<f64> {
    let rest = found.rest.unwrap_or_default();
    found.group.mean.iter().map(|value| value - rest).collect()
}

fn single(found: Found) -> Ranked {
    let most = if found.ids.is_empty() { SINGLE.0 } else { SINGLE.1 };
    let confidence = confidence(found.score, false).min(most);
    Ranked { kind: Kind::Vehicle, confidence, score: found.score, found, follows: None, settled: None }
}

/// Six digits: more is noise of the fit.
fn significant(value: f64) -> f64 {
    format!("{value:.5e}").parse().unwrap_or(value)
}

fn obd_candidate(answers: &Answers) -> (f64, Candidate) {
    let values: Vec<_> = answers.speeds.iter().map(|(_, kmh)| *kmh).collect();
    let moves = spread(&values) >= 5.0;
    let signal = Signal {
        id: answers.id,
        bus: answers.bus.clone(),
        start: 31,
        length: 8,
        order: crate::dbc::ByteOrder::Motorola,
        signed: false,
        factor: Some(1.0),
        offset: 0.0,
        offset_raw: 0.0,
        invalid: None,
        wheel: None,
        axle: None,
        side: None,
        obd_pid: Some(0x0D),
        mux: None,
    };
    let candidate = Candidate {
        kind: Kind::Vehicle,
        confidence: if moves { 0.97 } else { 0.2 },
        signals: vec![signal],
        scale: Scale {
            source: ScaleSource::Obd,
            top_kmh: Some(bounds(&values).1),
            sure: 1.0,
            others: Vec::new(),
        },
        axle_from: None,
        driven: None,
        evidence: vec![format!(
            "{} answers to the OBD-II request for the vehicle's speed (PID 0x0D); they are there only while something asks",
            values.len()
        )],
        questions: Vec::new(),
        bend: None,
    };
    (if moves { 9.5 } else { 0.0 }, candidate)
}
