//! The command line.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail};
use clap::Parser;

use crate::answer::Who;
use crate::campaign::{Outcome, run, run_case};
use crate::case::Case;
use crate::report;
use crate::table;
use crate::trouble::Group;

/// Random cars, drives and faults against the speed of can-reader. docs/truth.md explains it.
///
/// Ends with 1 where a limit is broken, and names it. The same seeds give the same numbers.
#[derive(Debug, Parser)]
#[command(name = "cardash-campaign", version)]
pub struct Options {
    /// How many cars. Any four in a row have all four layouts.
    #[arg(long, default_value_t = 20)]
    seeds: u64,
    /// The first seed; without it, one that nobody has seen: the clock's.
    #[arg(long)]
    first: Option<u64>,
    /// Only this group.
    #[arg(long)]
    group: Option<Group>,
    /// Only this fault, as the table names it.
    #[arg(long)]
    fault: Option<String>,
    /// Who is asked; the controls must fail.
    #[arg(long, value_enum, default_value_t)]
    ask: Who,
    /// Threads.
    #[arg(long, default_value_t = 2)]
    jobs: usize,
    /// Where to write a text about each of the worst cases.
    #[arg(long, value_name = "FOLDER")]
    report: Option<PathBuf>,
    /// How many of them.
    #[arg(long, default_value_t = 40)]
    most: usize,
    /// One case alone, as a report names it.
    #[arg(long, value_name = "SEED:INDEX")]
    case: Option<String>,
    /// Where to write that case: log, profile, table of what was true and said.
    #[arg(long, value_name = "FOLDER", requires = "case")]
    dump: Option<PathBuf>,
    /// Puts the table into this document, between its two marks.
    #[arg(long, value_name = "FILE")]
    write: Option<PathBuf>,
}

impl Options {
    /// Does what is asked.
    ///
    /// # Errors
    /// What cannot be read, written or run.
    pub fn run(self) -> Result<ExitCode> {
        if let Some(name) = &self.case {
            return self.one(name);
        }
        let first = self.first.unwrap_or_else(clock);
        let cases = self.cases(first);
        if cases.is_empty() {
            bail!("no case has this group and this fault; leave them out for all");
        }
        let outcome = run(&cases, self.ask, self.jobs)?;
        let heading = format!(
            "{} cars, seeds {first} to {}, {} cases\n",
            self.seeds,
            first + self.seeds - 1,
            cases.len()
        );
        let text = format!("{heading}\n{}", table::markdown(&outcome));
        println!("{text}");
        if let Some(folder) = &self.report {
            for (case, tally) in outcome.bad.iter().take(self.most) {
                report::tell(case, tally, self.ask, folder)?;
            }
        }
        if let Some(file) = &self.write {
            table::write_into(file, &text)?;
        }
        Ok(verdict(&outcome))
    }

    fn cases(&self, first: u64) -> Vec<Case> {
        let all = (first..first.saturating_add(self.seeds)).flat_map(Case::all);
        let group = |case: &Case| self.group.is_none_or(|group| group == case.trouble.group());
        let fault = |case: &Case| self.fault.as_deref().is_none_or(|fault| fault == case.trouble.as_str());
        all.filter(|case| group(case) && fault(case)).collect()
    }

    fn one(&self, name: &str) -> Result<ExitCode> {
        let (seed, index) = name.split_once(':').context("a case is SEED:INDEX, as a report names it")?;
        let seed = seed.parse().context("the seed is a whole number")?;
        let index: usize = index.parse().context("the index is a whole number")?;
        let case = Case::all(seed).into_iter().nth(index).context("a seed has fewer cases than that")?;
        let (_, tally) = run_case(&case, self.ask)?;
        println!("{}, {}: {tally:#.2?}", case.trouble.group().as_str(), case.trouble.as_str());
        if let Some(folder) = &self.dump {
            report::dump(&case, self.ask, folder)?;
        }
        if let Some(folder) = &self.report {
            report::tell(&case, &tally, self.ask, folder)?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn verdict(outcome: &Outcome) -> ExitCode {
    let (missed, broken): (Vec<_>, Vec<_>) =
        table::broken(outcome).into_iter().partition(|broken| broken.known);
    for broken in &missed {
        println!("MISSED, as docs/truth.md says: {}", broken.sentence);
    }
    for broken in &broken {
        println!("BROKEN: {}", broken.sentence);
    }
    if !broken.is_empty() {
        return ExitCode::FAILURE;
    }
    println!("All other limits hold: {} are missed.", missed.len());
    ExitCode::SUCCESS
}

/// Seconds since 1970, by four: so that the first seed has the first layout.
fn clock() -> u64 {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    seconds / 4 * 4
}
