//! What the kernel says of a process.

use std::fs;
use std::time::{Duration, Instant};

/// `USER_HZ`: the unit of the times in /proc/PID/stat, which is 100 a second on every platform of Debian.
const TICKS_A_SECOND: f64 = 100.0;

/// A process, as /proc shows it.
#[derive(Clone, Copy, Debug)]
pub struct Process(pub u32);

impl Process {
    /// CPU time used so far, user and system (proc(5), fields 14 and 15).
    pub fn cpu(self) -> Duration {
        let stat = self.read("stat");
        let (_, fields) = stat.rsplit_once(") ").expect("a name in brackets");
        let ticks: f64 =
            fields.split(' ').skip(11).take(2).map(|ticks| ticks.parse::<f64>().expect("ticks")).sum();
        Duration::from_secs_f64(ticks / TICKS_A_SECOND)
    }

    /// How long it has been ready to run while others had the processor, as far as the kernel counts that
    /// (Documentation/scheduler/sched-stats.rst).
    pub fn kept_waiting(self) -> Duration {
        let stat = fs::read_to_string(format!("/proc/{}/schedstat", self.0)).unwrap_or_default();
        Duration::from_nanos(stat.split_whitespace().nth(1).map_or(0, |ns| ns.parse().expect("nanoseconds")))
    }

    /// How often it has gone to sleep to wait for something.
    pub fn waits(self) -> u64 {
        self.status("voluntary_ctxt_switches")
    }

    /// Memory in use, kB.
    pub fn resident_kb(self) -> u64 {
        self.status("VmRSS")
    }

    fn status(self, key: &str) -> u64 {
        let status = self.read("status");
        let line = status.lines().find(|line| line.starts_with(key)).expect("proc(5) has the key");
        line.split_whitespace().nth(1).expect("a value").parse().expect("a number")
    }

    fn read(self, file: &str) -> String {
        fs::read_to_string(format!("/proc/{}/{file}", self.0)).expect("the process runs")
    }
}

/// Measures what the whole machine has left from one moment to another.
#[derive(Clone, Copy, Debug)]
pub struct Spare {
    idle: f64,
    all: f64,
}

impl Spare {
    pub fn from_now() -> Self {
        let stat = fs::read_to_string("/proc/stat").expect("proc(5)");
        // cpu user nice system idle iowait irq softirq steal
        let ticks = stat.split_whitespace().skip(1).take(8).map(|ticks| ticks.parse().expect("ticks"));
        let ticks: Vec<f64> = ticks.collect();
        Self { idle: ticks.iter().skip(3).take(2).sum(), all: ticks.iter().sum() }
    }

    /// CPU time that nobody had a use for, in percent.
    pub fn percent(self) -> f64 {
        let now = Self::from_now();
        100.0 * (now.idle - self.idle) / (now.all - self.all).max(1.0)
    }
}

/// Measures how busy a process is from one moment to another.
#[derive(Clone, Copy, Debug)]
pub struct Busy {
    process: Process,
    cpu: Duration,
    since: Instant,
}

impl Busy {
    pub fn from_now(process: Process) -> Self {
        Self { process, cpu: process.cpu(), since: Instant::now() }
    }

    /// CPU time as a share of the time that has passed, in percent.
    pub fn percent(self) -> f64 {
        100.0 * (self.process.cpu() - self.cpu).as_secs_f64() / self.since.elapsed().as_secs_f64()
    }
}
