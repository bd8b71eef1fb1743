//! The real cluster with the watch over its screen: what hangs shows no number, and what turns is left alone.
#![allow(clippy::unwrap_used)]

mod common;

use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use common::{
    Bus, Cluster, FrameBuffer, PATIENCE, Screen, Service, command, signal_watched, watched_process,
};
use nix::sys::signal::Signal;

/// From the moment in which a cluster hangs until its number is off the screen.
const HUNG_TO_STILL: Duration = Duration::from_millis(500);

/// A busy machine may be late now and then; a watch that is late this many times in a row is slow.
const TRIES: usize = 3;

/// So long a number counts as one that is just coming.
const FIRST: Duration = Duration::from_millis(1500);

/// Times are measured here: one test at a time.
static ALONE: Mutex<()> = Mutex::new(());

fn alone() -> MutexGuard<'static, ()> {
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Beside busy processes, s; `CARDASH_WATCH_SECONDS=600` is the ten minutes of docs/cluster.md.
const BUSY_S: u64 = 6;

fn shows_87(screen: &Screen) -> bool {
    screen.digits == "87 km/h"
}

/// Hangs the cluster, each time in this way, and says after how long the still picture was there.
fn hang(how: impl Fn(&mut Cluster)) -> Vec<Duration> {
    let screen = FrameBuffer::new();
    let mut cluster = Cluster::run(screen.watch(&command()), &["--demo", "87"]);
    (0..TRIES)
        .map(|_| {
            // Each time it is started again by itself.
            cluster.wait_for("a start", |screen| screen.event == "first-frame");
            cluster.wait_for("87", shows_87);
            // A number that has just come is watched less closely: see docs/cluster.md.
            std::thread::sleep(FIRST);
            screen.forget();
            how(&mut cluster);
            let hung = Instant::now();
            while !screen.is_still() {
                assert!(hung.elapsed() < PATIENCE, "the number stays on the screen");
                std::thread::sleep(Duration::from_millis(2));
            }
            hung.elapsed()
        })
        .collect()
}

#[test]
fn a_stopped_cluster_shows_no_number() {
    let _alone = alone();
    let still_after = hang(|cluster| signal_watched(cluster, Signal::SIGSTOP));
    println!("a stopped cluster to the still picture: {still_after:?}");
    assert!(still_after.iter().min() < Some(&HUNG_TO_STILL), "{still_after:?}");
}

#[test]
fn a_loop_in_its_qml_shows_no_number() {
    let _alone = alone();
    let still_after = hang(|cluster| cluster.command("hang 60000"));
    println!("a loop in QML to the still picture: {still_after:?}");
    assert!(still_after.iter().min() < Some(&HUNG_TO_STILL), "{still_after:?}");
}

#[test]
fn a_crash_leaves_no_number_and_its_own_exit_status() {
    let _alone = alone();
    let screen = FrameBuffer::new();
    let mut cluster = Cluster::run(screen.watch(&command()), &["--demo", "87"]);
    cluster.wait_for("87", shows_87);
    screen.forget();
    // As a failed assertion of Qt ends it. (One that is sent SIGSEGV by somebody else goes on: Rust's own handler returns.)
    signal_watched(&cluster, Signal::SIGABRT);
    assert_eq!(cluster.wait().code(), Some(128 + 6));
    assert!(screen.is_still());
}

#[test]
fn it_can_be_left_in_good_order() {
    let _alone = alone();
    let screen = FrameBuffer::new();
    let bus = Bus::start();
    let _service = Service::simulate(&bus, "town");
    let mut cluster = Cluster::run(screen.watch(&command()), &["--bus", &bus.address]);
    cluster.wait_for("a number", Screen::has_number);
    cluster.command("key Q");
    assert_eq!(cluster.wait().code(), Some(0));
}

#[test]
fn without_its_watch_no_cluster_goes_on() {
    let _alone = alone();
    let screen = FrameBuffer::new();
    let mut cluster = Cluster::run(screen.watch(&command()), &["--demo", "87"]);
    cluster.wait_for("87", shows_87);
    let process = watched_process(&cluster).unwrap();
    nix::sys::signal::kill(nix::unistd::Pid::from_raw(i32::try_from(cluster.id()).unwrap()), Signal::SIGKILL)
        .unwrap();
    assert_eq!(cluster.wait().signal(), Some(9));
    let begin = Instant::now();
    // Whoever has to may not have asked how it ended.
    let lives = || {
        let state = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
        !state.is_empty() && !state.contains(") Z ")
    };
    while lives() {
        assert!(begin.elapsed() < PATIENCE, "the cluster goes on unwatched");
        std::thread::sleep(Duration::from_millis(2));
    }
}

#[test]
fn without_a_number_a_slow_machine_may_take_its_time() {
    let _alone = alone();
    let screen = FrameBuffer::new();
    let mut cluster = Cluster::run(screen.watch(&command()), &["--demo", "stale"]);
    cluster.wait_for("dashes", |screen| screen.state == "stale");
    screen.forget();
    cluster.command("hang 1500");
    cluster.never("a new start", Duration::from_secs(3), |screen| screen.event == "first-frame");
    assert!(!screen.is_still());
}

#[test]
fn beside_busy_processes_and_with_the_panel_coming_and_going_nothing_is_a_hang() {
    let _alone = alone();
    let seconds = std::env::var("CARDASH_WATCH_SECONDS").map_or(BUSY_S, |word| word.parse().unwrap());
    let _busy = Busy::start(4);
    let screen = FrameBuffer::new();
    let bus = Bus::start();
    let mut service = Some(Service::simulate(&bus, "town"));
    let mut cluster = Cluster::run(as_the_kiosk(&screen.watch(&command())), &["--bus", &bus.address]);
    cluster.wait_for("a number", Screen::has_number);
    let until = Instant::now() + Duration::from_secs(seconds);
    let mut starts = 0;
    while Instant::now() < until {
        for key in ["D", "N", "U", "D", "N", "U"] {
            cluster.command(&format!("key {key}"));
            cluster.never("a new start", Duration::from_millis(300), |screen| screen.event == "first-frame");
        }
        // A new layout: the panel of another car, and back.
        drop(service.take());
        let bare = Service::start(&bus, &[(84.8, 60_000)]);
        cluster.wait_for("the speed alone", shows_87);
        drop(bare);
        service = Some(Service::simulate(&bus, "town"));
        cluster.wait_for("the whole car", |screen| screen.event != "first-frame" && screen.has_number());
        starts += 1;
    }
    assert!(!screen.is_still(), "there was a still picture");
    println!("{seconds} s beside four busy processes, {starts} changes of the car: no false alarm");
}

/// Ahead of others, as `cardash-kiosk.service` has it; where the right to that is missing, `nice` says so and goes on without.
fn as_the_kiosk(watch: &Command) -> Command {
    let mut command = Command::new("nice");
    command.args(["-n", "-5"]).arg(watch.get_program()).args(watch.get_args());
    for (name, value) in watch.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    command
}

/// Processes that do nothing but that.
struct Busy(Vec<Child>);

impl Busy {
    fn start(count: usize) -> Self {
        let busy =
            || Command::new("sh").args(["-c", "while :; do :; done"]).stdin(Stdio::null()).spawn().unwrap();
        Self((0..count).map(|_| busy()).collect())
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        for child in &mut self.0 {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
