//! The real program reading a real interface, a client on its bus, and one fault.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use interfaces::{Diagnostics1Proxy, Speed1Proxy, SpeedError, State};
use zbus::Variant;
use zbus::proxy::CacheProperties;

use super::can::{Interface, Node};
use super::monitor::Monitor;
use super::process::{Busy, Process, Spare};
use super::row::Row;
use super::stall;
use crate::common::PATIENCE;
use crate::common::bus::Bus;
use crate::common::car::Car;
use crate::common::listener::{Heard, Listener};
use crate::common::service::{Service, reached};

/// A link that went down is noticed within this time, ms.
pub const DOWN_MS: u64 = 100;

/// Speed is back within this time after the cause has gone, ms.
pub const BACK_MS: u64 = 500;

/// How long each fault lasts, so that a busy loop shows in the CPU time.
const LASTS: Duration = Duration::from_secs(1);

/// Where the machine stands still for so long, more than one frame of each node is missing at the end: what was fresh
/// (500 ms) may be old, and a client hears so.
const SILENCING: Duration = Duration::from_millis(250);

/// With less of its CPU time to spare than this a machine has none.
const SPARE_PERCENT: f64 = 2.0;

/// A service that waits for something to happen uses less of a CPU than this.
const BUSY_PERCENT: f64 = 20.0;

pub struct Scene {
    pub listener: Listener,
    pub service: Service,
    pub speed: Speed1Proxy<'static>,
    pub diagnostics: Diagnostics1Proxy<'static>,
    /// When it had taken its name and could be asked.
    pub ready_at: Instant,
    /// When the client heard of the loss, microseconds since 1970.
    pub lost_us: u64,
    reconnects: u64,
    pub row: Row,
    since: Instant,
    busy: Busy,
    spare: Spare,
    kept_waiting: Duration,
    _car: Car,
    pub bus: Bus,
}

impl Scene {
    /// The service reads this interface as the test car's; the fault begins with it.
    pub async fn on(order: u32, fault: &'static str, interface: &str) -> Self {
        let car = Car::new();
        let vehicle = car.profile();
        Self::of(order, fault, car, &["--vehicle", &vehicle, "--can", interface]).await
    }

    /// The service with these arguments, and no fault.
    pub async fn reading(arguments: &[&str]) -> Self {
        Self::of(0, "-", Car::new(), arguments).await
    }

    async fn of(order: u32, fault: &'static str, car: Car, arguments: &[&str]) -> Self {
        stall::begin_watch();
        let bus = Bus::start();
        let listener = Listener::on(&bus).await;
        let (service, speed) = Service::ready(&bus, &listener.connection, arguments).await;
        let diagnostics =
            Diagnostics1Proxy::builder(&listener.connection).cache_properties(CacheProperties::No);
        let diagnostics = diagnostics.build().await.expect("a proxy");
        let ready_at = Instant::now();
        let row = Row { order, fault, ..Row::default() };
        let busy = Busy::from_now(Process(service.pid()));
        Self {
            listener,
            service,
            speed,
            diagnostics,
            ready_at,
            lost_us: 0,
            reconnects: 0,
            row,
            since: ready_at,
            busy,
            spare: Spare::from_now(),
            kept_waiting: Duration::ZERO,
            _car: car,
            bus,
        }
    }

    /// A vcan, a node on it that drives at this speed, and the service, which has said so.
    pub async fn driving(order: u32, fault: &'static str, name: &str, kmh: i32) -> (Self, Interface, Node) {
        let vcan = Interface::vcan(name);
        let node = Node::on(name, f64::from(kmh));
        let mut scene = Self::on(order, fault, name).await;
        scene.has_speed(kmh).await;
        (scene, vcan, node)
    }

    /// What the kernel says of the service.
    pub fn process(&self) -> Process {
        Process(self.service.pid())
    }

    /// Waits for the first speed.
    pub async fn has_speed(&mut self, kmh: i32) {
        // Of two interfaces the first alone may give another one before.
        while self.listener.speed().await != Heard::Changed(kmh) {}
        reached(&self.speed, State::Ok).await;
        assert_eq!(self.speed.get_speed().await.expect("a speed"), kmh);
        self.reconnects = self.diagnostics.reconnects().await.expect("Reconnects");
        self.listener.pending().await;
    }

    /// Waits until the client has heard of this state; whether it heard of a loss before.
    pub async fn hears_state(&mut self, state: State) -> bool {
        let (began, mut lost) = (Instant::now(), false);
        loop {
            assert!(began.elapsed() < PATIENCE, "the state does not become {state}");
            match self.listener.next().await {
                Heard::Lost(_) => lost = true,
                heard if heard.state() == Some(state.as_str()) => return lost,
                _ => {}
            }
        }
    }

    /// Waits until the client hears this state and this speed, in any order: where frames are missing before it is known
    /// why, the number is another one first.
    pub async fn hears_state_and_speed(&mut self, state: State, kmh: i32) {
        let (began, mut is_state, mut speed) = (Instant::now(), false, None);
        while !is_state || speed != Some(kmh) {
            assert!(
                began.elapsed() < PATIENCE,
                "{state} and {kmh} km/h are not heard; heard: {is_state}, {speed:?}"
            );
            match self.listener.next().await {
                Heard::Changed(kmh) => speed = Some(kmh),
                heard if heard.state().is_some() => is_state = heard.state() == Some(state.as_str()),
                _ => {}
            }
        }
    }

    /// The cause of the fault comes now.
    pub fn begins(&mut self) {
        self.busy = Busy::from_now(self.process());
        self.spare = Spare::from_now();
        self.kept_waiting = self.process().kept_waiting();
        self.since = Instant::now();
    }

    /// Whether the machine has had CPU time to spare since the fault began, has not stood still, and let the service run when it
    /// wanted to. If not, a flood may be more than it can take, and `stale` is then the right answer.
    pub fn had_time(&self) -> bool {
        let spare = self.spare.percent();
        let waited = self.process().kept_waiting().saturating_sub(self.kept_waiting);
        println!(
            "CPU time to spare: {spare:.0} %; the service was kept waiting for {} ms",
            waited.as_millis()
        );
        keeps_up()
            && waited < SILENCING
            && spare >= SPARE_PERCENT
            && stall::stalled_since(self.since) < SILENCING
    }

    /// Waits until the client hears `SpeedLost` with this state, and asks.
    pub async fn loses_speed(&mut self, state: State, within_ms: u64) -> String {
        let since = self.since;
        let heard = self.listener.speed().await;
        self.lost_us = wall_us();
        self.noticed(since, within_ms);
        assert_eq!(heard, Heard::Lost(state.to_string()));
        self.has_no_speed(state).await
    }

    /// The same, with the time counted from the kernel's own word that the link is down, or from when `done` says that the
    /// kernel has done all: until then it may have kept the one processor of an emulated machine to itself. Gives whether the
    /// client heard in time, and the sentence: other work of the host only ever adds to it, so that a test may try again.
    pub async fn loses_link(
        &mut self,
        link: &Monitor,
        done: impl Future<Output = Instant>,
        within_ms: u64,
    ) -> (bool, String) {
        let heard = self.listener.speed().await;
        let (told, before) = (Instant::now(), link.down().max(done.await));
        self.lost_us = wall_us();
        let late_ms = told.saturating_duration_since(before).as_secs_f64() * 1000.0;
        let allowed_ms = allowed_ms(before, within_ms);
        println!("{late_ms:.1} ms after the kernel's word, allowed {allowed_ms:.1}");
        self.row.noticed_ms = Some((late_ms * 10.0).round() / 10.0);
        self.row.noticed_within_ms = Some(within_ms);
        assert_eq!(heard, Heard::Lost(State::CanDown.to_string()));
        (late_ms <= allowed_ms, self.has_no_speed(State::CanDown).await)
    }

    /// The same as `loses_speed` where other speeds may be heard before, and any state without a speed will do.
    pub async fn loses_any_speed(&mut self, within_ms: u64) -> State {
        let state = loop {
            if let Heard::Lost(state) = self.listener.speed().await {
                break state;
            }
        };
        self.noticed(self.since, within_ms);
        state.parse().expect("a state of the contract")
    }

    pub fn noticed_now(&mut self, within_ms: u64) {
        self.noticed(self.since, within_ms);
    }

    /// Since when the fault, or its end, lasts.
    pub const fn since(&self) -> Instant {
        self.since
    }

    pub fn noticed(&mut self, since: Instant, within_ms: u64) {
        let noticed_ms = ms_since(since);
        (self.row.noticed_ms, self.row.noticed_within_ms) = (Some(noticed_ms), Some(within_ms));
        let allowed_ms = allowed_ms(since, within_ms);
        assert!(noticed_ms <= allowed_ms, "noticed after {noticed_ms} ms, allowed {allowed_ms}");
    }

    /// That every member of the interface says this state and no number; gives the sentence.
    pub async fn has_no_speed(&mut self, state: State) -> String {
        assert_eq!(self.speed.state().await.expect("State"), state);
        assert!(self.speed.speed().await.expect("Speed").is_nan());
        let error = self.speed.get_speed().await.expect_err("there is no speed");
        assert_eq!(error.state(), Some(state), "{error:?}");
        let sentence = match error {
            SpeedError::NoData(why)
            | SpeedError::Stale(why)
            | SpeedError::Implausible(why)
            | SpeedError::CanDown(why) => why,
            SpeedError::ZBus(error) => panic!("{error}"),
        };
        let name = zbus_name(state);
        self.row.client = format!("`SpeedLost(\"{state}\")`, then `{name}`: {sentence}");
        sentence
    }

    /// Lets the fault last; nothing more may be said, but for a number that lives to its last digit, and nothing may be done.
    pub async fn lasts(&mut self) {
        let (mut looks, mut since) = (0, Instant::now());
        loop {
            self.lasts_with_work().await;
            let looked = Instant::now();
            let mut said = self.listener.pending().await;
            said.retain(|heard| {
                !matches!(heard, Heard::Properties(_) | Heard::Signals(..)) || heard.state().is_some()
            });
            // Nodes that stand still with the machine are silent, and a client must hear of it: up to `stale_after_ms`
            // (500) and a word later.
            let stalled = stall::stalled_since(since - LASTS);
            since = looked;
            assert!(
                said.is_empty() || stalled >= SILENCING,
                "while the fault lasts nothing changes, but: {said:?}"
            );
            let percent = self.row.cpu_percent;
            if said.is_empty() && (percent < BUSY_PERCENT || !keeps_up()) {
                return;
            }
            // A guest's kernel books a whole tick, and what its host took meanwhile, on whoever runs at its end. A loop
            // without rest is busy however often one looks.
            looks += 1;
            assert!(looks < 5, "the service used {percent} % of a CPU");
            println!(
                "{percent:.0} % of a CPU, the machine stood still for {stalled:?}, heard {said:?}: once more"
            );
            self.busy = Busy::from_now(self.process());
        }
    }

    /// The same for a fault that gives the service work.
    pub async fn lasts_with_work(&mut self) {
        tokio::time::sleep(LASTS).await;
        self.row.cpu_percent = self.busy.percent();
        assert!(self.service.is_running(), "the service ended: {}", self.service.stderr());
    }

    /// That the fault took nothing away, and that it is so after its end.
    pub async fn still_has_speed(&mut self, kmh: i32) {
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert_eq!(self.speed.state().await.expect("State"), State::Ok);
        assert_eq!(self.speed.get_speed().await.expect("a speed"), kmh);
        assert!(self.service.is_running(), "the service ended: {}", self.service.stderr());
    }

    /// The cause is being taken away from now on.
    pub fn ends(&mut self) {
        self.since = Instant::now();
    }

    /// Waits until the client hears this speed again; the end of the fault and its row.
    pub async fn has_speed_again(&mut self, kmh: i32, within_ms: u64) {
        let since = self.since;
        let heard = self.listener.speed().await;
        self.recovered(since, within_ms);
        assert_eq!(heard, Heard::Changed(kmh));
        reached(&self.speed, State::Ok).await;
        assert_eq!(self.speed.get_speed().await.expect("a speed"), kmh);
        assert!(self.service.is_running(), "the service ended: {}", self.service.stderr());
    }

    /// The same where the speed was never lost: what was missing is there again.
    pub fn recovered_now(&mut self, within_ms: u64) {
        self.recovered(self.since, within_ms);
    }

    fn recovered(&mut self, since: Instant, within_ms: u64) {
        let recovered_ms = ms_since(since);
        (self.row.recovered_ms, self.row.recovered_within_ms) = (Some(recovered_ms), Some(within_ms));
        let allowed_ms = allowed_ms(since, within_ms);
        assert!(recovered_ms <= allowed_ms, "recovered after {recovered_ms} ms, allowed {allowed_ms}");
    }

    /// How often the interface has come back since the first speed.
    pub async fn reconnects(&self) -> u64 {
        self.diagnostics.reconnects().await.expect("Reconnects") - self.reconnects
    }

    /// `FramesReceived`, when nobody sends any more and everything has been read.
    pub async fn received_in_all(&self) -> u64 {
        let mut received = 0;
        loop {
            tokio::time::sleep(Duration::from_millis(200)).await;
            let now = self.diagnostics.frames_received().await.expect("FramesReceived");
            if std::mem::replace(&mut received, now) == now {
                return now;
            }
        }
    }

    /// A count of `Diagnostics1.Rejections`.
    pub async fn rejected(&self, why: &str) -> u64 {
        let rejections = self.diagnostics.rejections().await.expect("Rejections");
        match *rejections[why] {
            Variant::U64(count) => count,
            ref other => panic!("{why} is {other:?}"),
        }
    }
}

/// Whether the service can keep up with a flood. Under strace it cannot: it says `stale`, and that is right too.
pub fn keeps_up() -> bool {
    std::env::var_os("CARDASH_TRACE").is_none()
}

/// A limit of the service for what began then, ms: longer by what the machine itself stood still meanwhile. A
/// traced run shows what the service does, not how fast.
pub fn allowed_ms(since: Instant, limit_ms: u64) -> f64 {
    let stalled_ms = stall::stalled_since(since).as_secs_f64() * 1000.0;
    if stalled_ms > 0.0 {
        println!("the machine itself stood still for {stalled_ms:.1} ms");
    }
    limit_ms as f64 * if keeps_up() { 1.0 } else { 50.0 } + stalled_ms
}

pub fn ms_since(since: Instant) -> f64 {
    (since.elapsed().as_secs_f64() * 10_000.0).round() / 10.0
}

pub fn wall_us() -> u64 {
    let wall = SystemTime::now().duration_since(UNIX_EPOCH).expect("the clock is past 1970");
    u64::try_from(wall.as_micros()).expect("the clock is before the year 586912")
}

fn zbus_name(state: State) -> String {
    let error = SpeedError::for_state(state, String::new()).expect("a state without a speed");
    let name = zbus::DBusError::name(&error).to_string();
    name.rsplit('.').next().unwrap_or_default().to_owned()
}
