//! What clients do that mean ill, or are just broken. Each attack makes sure that it took place, so that no
//! figure is that of an attack which the bus kept away unnoticed.

use std::fs::File;
use std::os::fd::{AsRawFd, RawFd};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use nix::unistd::Uid;

use super::answers::Answers;
use super::raw::{
    Batch, RawClient, get_all, get_speed, get_speed_with, get_speed_with_descriptors, set_property,
    set_speed, without_answer,
};
use crate::common::PATIENCE;

/// Calls that a flood sends in a second, as far as the bus takes them.
const CALLS_PER_S: u64 = 50_000;

/// Memory that the service may hold above what it held before.
const SMALL_KB: u64 = 16 * 1024;
const ONE_BIG_MESSAGE_KB: u64 = 64 * 1024 + SMALL_KB;

/// One of them.
pub struct Attack {
    /// As in the tables of docs/dbus-api.md.
    pub name: &'static str,
    /// Memory that the service may hold above what it held before, while it goes on.
    pub held_kb: u64,
    /// Goes on until told to stop, and says what came of it.
    pub run: fn(&Target<'_>) -> String,
}

/// Memory that the service may still hold after any of them, above what it held before.
pub const KEPT_KB: u64 = SMALL_KB;

/// All of them.
pub const ATTACKS: [Attack; 8] = [
    DESCRIPTORS,
    small("200 clients that listen and never read", deaf_listeners),
    small("50,000 `getSpeed` a second, answers read", |target| flood(target, &[get_speed()], Reading::All)),
    small("the same, answers never read", |target| flood(target, &[get_speed()], Reading::Nothing)),
    small("the same, no answer wanted", |target| {
        flood(target, &[without_answer(get_speed())], Reading::TheLast)
    }),
    small("`GetAll`, 50,000 a second (session bus: 5,000), answers never read", |target| {
        // A session bus of dbus-daemon lets one client have 50,000 calls waiting, and at that many takes so
        // long over each message that it serves nobody. That is no test of the service.
        let calls_per_s = if target.user.is_none() { 5_000 } else { CALLS_PER_S };
        send_on_and_on(target, &[get_all()], calls_per_s, Reading::Nothing).0
    }),
    small("50,000 wrong calls a second", wrong_calls),
    Attack { name: "10 calls of 64 MB", held_kb: ONE_BIG_MESSAGE_KB, run: big_messages },
];

/// The only one that ends a service which agrees to take file descriptors: 64 messages wait in it, 64 times 16 is what a
/// process may have open.
pub const DESCRIPTORS: Attack =
    small("50,000 calls a second with 16 file descriptors each, no answer wanted", descriptors);

const fn small(name: &'static str, run: fn(&Target<'_>) -> String) -> Attack {
    Attack { name, held_kb: SMALL_KB, run }
}

/// Whom to attack, and until when.
pub struct Target<'a> {
    pub address: &'a str,
    /// Who the attacker is: the user of the test, or another one.
    pub user: Option<Uid>,
    pub stop: &'a AtomicBool,
    /// Messages that the bus took.
    pub sent: &'a AtomicU64,
}

impl Target<'_> {
    fn client(&self) -> RawClient {
        RawClient::connect(self.address, self.user)
    }

    fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    fn wait_for_the_end(&self) {
        while !self.stopped() {
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

fn deaf_listeners(target: &Target<'_>) -> String {
    let clients: Vec<RawClient> = (0..200)
        .map(|_| {
            let mut client = target.client();
            client.listen();
            target.sent.fetch_add(1, Ordering::Relaxed);
            client
        })
        .collect();
    target.wait_for_the_end();
    let mut sent_to = 0;
    for client in clients {
        let reader = client.drain(|answers| answers.signals > 0);
        wait_for(&reader);
        client.leave();
        sent_to += u32::from(reader.join().expect("it reads").signals > 0);
    }
    assert_eq!(sent_to, 200, "each must have been sent signals");
    format!("each of {sent_to} had signals waiting")
}

/// Which answers a flooding client reads.
#[derive(Clone, Copy, PartialEq)]
enum Reading {
    All,
    Nothing,
    /// There is but one, to the call after the last: it tells that the service took all before it.
    TheLast,
}

fn flood(target: &Target<'_>, calls: &[Vec<u8>], reading: Reading) -> String {
    let (said, answers) = send_on_and_on(target, calls, CALLS_PER_S, reading);
    if reading != Reading::Nothing {
        assert!(answers.returns > 0, "the flood has not reached the service: {answers:?}");
    }
    said
}

/// Methods that there are not, arguments that it does not take, a property that cannot be set.
fn wrong_calls(target: &Target<'_>) -> String {
    let calls = [set_speed(), get_speed_with(&87_i32), set_property()];
    let (said, answers) = send_on_and_on(target, &calls, CALLS_PER_S, Reading::All);
    let mut standard: Vec<&str> = match target.user {
        None => vec!["UnknownMethod", "InvalidArgs", "PropertyReadOnly"],
        // The policy of the system bus keeps two of the three away.
        Some(_) => vec!["InvalidArgs", "AccessDenied"],
    };
    let is = |name: &String, error: &&str| name.strip_prefix("org.freedesktop.DBus.Error.") == Some(error);
    for error in &standard {
        assert!(answers.errors.keys().any(|name| is(name, error)), "nobody got {error}: {answers:?}");
    }
    // What the bus says of too many calls at once.
    standard.push("LimitsExceeded");
    let others = answers.errors.keys().find(|name| !standard.iter().any(|error| is(name, error)));
    assert_eq!((others, answers.returns), (None, 0), "a wrong call got another answer: {answers:?}");
    said
}

/// Sends as long as it may; a bus that cuts the client off gets the next one.
fn send_on_and_on(
    target: &Target<'_>,
    calls: &[Vec<u8>],
    calls_per_s: u64,
    reading: Reading,
) -> (String, Answers) {
    // A hundredth of a second's worth at a time.
    let batch_calls = calls_per_s / 100;
    let mut batch = Batch::of(calls, usize::try_from(batch_calls).expect("a small number"));
    let began = Instant::now();
    let mut all = Answers::default();
    let mut clients = 0;
    while !target.stopped() {
        clients += 1;
        let mut client = target.client();
        let reader = match reading {
            Reading::All => Some(client.drain(|_| false)),
            Reading::TheLast => {
                Some(client.drain(|answers| answers.returns > 0 || !answers.errors.is_empty()))
            }
            Reading::Nothing => None,
        };
        while !target.stopped() && client.send(batch.numbered()).is_ok() {
            let count = target.sent.fetch_add(batch_calls, Ordering::Relaxed) + batch_calls;
            let due = Duration::from_micros(count * 1_000_000 / calls_per_s);
            std::thread::sleep(due.saturating_sub(began.elapsed()));
        }
        let last_is_awaited = reading == Reading::TheLast && client.send(&get_speed()).is_ok();
        if let Some(reader) = reader {
            if last_is_awaited {
                wait_for(&reader);
            }
            client.leave();
            all.add(reader.join().expect("it reads"));
        }
    }
    let taken_per_s = (target.sent.load(Ordering::Relaxed) as f64 / began.elapsed().as_secs_f64()).round();
    let said = format!(
        "{taken_per_s} calls/s taken, {} speeds, errors {:?}, {} clients cut off",
        all.returns,
        all.errors,
        clients - 1
    );
    (said, all)
}

/// Waits for a reader to have read enough, but not for ever: it then ends with what there is.
fn wait_for(reader: &JoinHandle<Answers>) {
    let began = Instant::now();
    while !reader.is_finished() && began.elapsed() < PATIENCE {
        std::thread::sleep(Duration::from_millis(1));
    }
}

fn descriptors(target: &Target<'_>) -> String {
    // As many as a message may have on a system bus of dbus-daemon.
    let files: Vec<File> = (0..16).map(|_| File::open("/dev/null").expect("a file")).collect();
    let numbers: Vec<_> = files.iter().map(AsRawFd::as_raw_fd).collect();
    let call = get_speed_with_descriptors(&files);
    let mut message = Batch::of(&[without_answer(call.clone())], 1);
    let began = Instant::now();
    let mut clients = 0;
    while !target.stopped() {
        clients += 1;
        let mut client = target.client();
        let reader = client.drain(|_| false);
        while !target.stopped() && client.send_with(message.numbered(), &numbers).is_ok() {
            let count = target.sent.fetch_add(1, Ordering::Relaxed) + 1;
            let due = Duration::from_micros(count * 1_000_000 / CALLS_PER_S);
            std::thread::sleep(due.saturating_sub(began.elapsed()));
        }
        client.leave();
        reader.join().expect("it reads");
    }
    let taken_per_s = (target.sent.load(Ordering::Relaxed) as f64 / began.elapsed().as_secs_f64()).round();
    let refusal = refusal_of(target, &call, &numbers);
    format!("{taken_per_s} calls/s taken, {} clients cut off; with an answer wanted: {refusal}", clients - 1)
}

/// What a client is told that wants an answer to one call with descriptors. It is not cut off for it.
fn refusal_of(target: &Target<'_>, call: &[u8], descriptors: &[RawFd]) -> String {
    let mut client = target.client();
    let reader = client.drain(|answers| answers.returns > 0);
    client.send_with(call, descriptors).expect("the bus reads");
    client.send(&get_speed()).expect("the bus reads");
    wait_for(&reader);
    client.leave();
    let answers = reader.join().expect("it reads");
    let errors: Vec<_> = answers.errors.keys().map(String::as_str).collect();
    let [error] = errors[..] else { panic!("one error for one call: {answers:?}") };
    // Of a bus that knows the service to take none (dbus-daemon, dbus-broker), or of its policy. The service itself would
    // say InvalidArgs.
    let standard =
        ["NotSupported", "Failed", "AccessDenied"].map(|name| format!("org.freedesktop.DBus.Error.{name}"));
    assert!(answers.returns == 1 && standard.iter().any(|name| name == error), "{answers:?}");
    error.to_owned()
}

fn big_messages(target: &Target<'_>) -> String {
    let big = get_speed_with(&vec![0_u64; 8 << 20]);
    assert!(big.len() > 64 << 20);
    let (mut refused, mut cut_off) = (0, 0);
    for _ in 0..10 {
        let mut client = target.client();
        let reader = client.drain(|answers| !answers.errors.is_empty());
        target.sent.fetch_add(1, Ordering::Relaxed);
        if client.send(&big).is_err() {
            cut_off += 1;
            continue;
        }
        wait_for(&reader);
        client.leave();
        let errors = reader.join().expect("it reads").errors;
        let names: Vec<&str> = errors.keys().map(String::as_str).collect();
        assert_eq!(names, ["org.freedesktop.DBus.Error.InvalidArgs"], "the answer to 64 MB of arguments");
        refused += 1;
    }
    target.wait_for_the_end();
    format!("{refused} got InvalidArgs, {cut_off} were cut off by the bus")
}
