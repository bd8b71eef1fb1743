//! How long the machine itself stood still: a virtual machine on a busy host may get no CPU for hundreds of
//! milliseconds, and no service can notice a fault in that time. Measured beside the tests, so that a limit
//! holds the service to account and not the host.

use std::sync::{LazyLock, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// The watch sleeps this long at a time.
const NAP: Duration = Duration::from_millis(5);

/// What a nap may last without being a stall: two ticks of a kernel with HZ=100, and its place in the queue.
const LONGEST_NAP: Duration = Duration::from_millis(30);

/// When each stall ended, and how long it was.
static STALLS: LazyLock<Mutex<Vec<(Instant, Duration)>>> = LazyLock::new(|| {
    thread::spawn(watch);
    Mutex::default()
});

/// Watches from now on, if nobody did.
pub fn begin_watch() {
    LazyLock::force(&STALLS);
}

/// How long the machine has stood still since then.
pub fn stalled_since(since: Instant) -> Duration {
    let stalls = STALLS.lock().expect("nobody panics with it");
    let within =
        |(ended, lasted): &(Instant, Duration)| (*lasted).min(ended.saturating_duration_since(since));
    stalls.iter().map(within).sum()
}

fn watch() {
    loop {
        let began = Instant::now();
        thread::sleep(NAP);
        let slept = began.elapsed();
        if slept > LONGEST_NAP {
            let stall = (Instant::now(), slept.saturating_sub(NAP));
            STALLS.lock().expect("nobody panics with it").push(stall);
        }
    }
}
