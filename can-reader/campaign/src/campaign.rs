//! Many cases, on some threads, the same whatever their number.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context, Result};

use crate::answer::Who;
use crate::bus::layout::Form;
use crate::case::Case;
use crate::judge::{Judge, Tally};
use crate::play::play;
use crate::trouble::{Group, Trouble};

/// Sums by group, trouble and whether the layout is a coarse one.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    pub sums: BTreeMap<(Group, usize, bool), Tally>,
    /// Cases with something wrong, worst first.
    pub bad: Vec<(Case, Tally)>,
}

/// One case, judged.
///
/// # Errors
/// As [`play`].
pub fn run_case(case: &Case, who: Who) -> Result<(Form, Tally)> {
    let setting = case.set_up()?;
    let returns = matches!(case.trouble, Trouble::AllWheels(_));
    let mut judge = Judge::new(&setting, returns);
    play(&setting, who, &mut |look| judge.take(&look))?;
    Ok((setting.layout.form, judge.tally))
}

/// All of these.
///
/// # Errors
/// The first error of a case, with its name.
pub fn run(cases: &[Case], who: Who, jobs: usize) -> Result<Outcome> {
    let next = AtomicUsize::new(0);
    let results = Mutex::new(Vec::with_capacity(cases.len()));
    std::thread::scope(|scope| {
        for _ in 0..jobs.max(1) {
            scope.spawn(|| {
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let result = run_case(case, who).with_context(|| format!("case {}", case.name()));
                    results.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push((*case, result));
                }
            });
        }
    });
    let mut results = results.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    // Sums of floating point depend on their order.
    results.sort_by_key(|(case, _)| (case.seed, case.index));
    let mut outcome = Outcome::default();
    for (case, result) in results {
        let (form, tally) = result?;
        let place = Trouble::all().iter().position(|trouble| *trouble == case.trouble).unwrap_or(case.index);
        outcome.sums.entry((case.trouble.group(), place, form.is_coarse())).or_default().add(&tally);
        if tally.wrong_ok + tally.wrong_degraded > 0.0 {
            outcome.bad.push((case, tally));
        }
    }
    outcome.bad.sort_by(|(_, a), (_, b)| {
        b.wrong_ok.total_cmp(&a.wrong_ok).then(b.wrong_degraded.total_cmp(&a.wrong_degraded))
    });
    Ok(outcome)
}

impl Outcome {
    /// A group in fine or coarse layouts.
    pub fn group(&self, group: Group, coarse: bool) -> Tally {
        let mut sum = Tally::default();
        let of = self.sums.iter().filter(|((of, _, is), _)| *of == group && *is == coarse);
        of.for_each(|(_, tally)| sum.add(tally));
        sum
    }
}

#[cfg(test)]
mod doubts;
#[cfg(test)]
mod tests;
