//! A serial adapter on a bus with one bit rate: frames come only while the driver has set that one, errors at
//! every other, as from real hardware. See `deploy/lab/can-kernel/slcan-adapter`.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Arc, Mutex, mpsc};
use std::time::{Duration, Instant};

use can_reader::FrameId;

use super::PATIENCE;
use super::car::{Car, PERIOD_MS};

pub struct Adapter {
    child: Child,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    /// `None` at the end: pulled out.
    commands: Option<ChildStdin>,
    bit_rate: u32,
    open: bool,
    /// Everything that the driver asked for.
    asked: Vec<String>,
}

impl Adapter {
    /// Plugged in as this interface, on a bus of this bit rate, on which this car sends.
    pub fn plug(name: &str, bus_bit_rate: u32, vehicle: &str) -> Self {
        let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../lab/can-kernel/slcan-adapter");
        let mut child = Command::new(program)
            .args(["--name", name])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("python3 is installed");
        let state = Arc::new(Mutex::new(State { commands: child.stdin.take(), ..State::default() }));
        let reports = BufReader::new(child.stdout.take().expect("its standard output"));
        let (sender, ready) = mpsc::channel();
        let told = Arc::clone(&state);
        std::thread::spawn(move || {
            for report in reports.lines().map_while(Result::ok) {
                told.lock().expect("the state").take(&report);
                // Only the first is waited for.
                let _ = sender.send(report);
            }
        });
        assert_eq!(ready.recv_timeout(PATIENCE).expect("the interface"), format!("interface {name}"));
        let bus = Arc::clone(&state);
        let mut car = Car::of(vehicle);
        std::thread::spawn(move || {
            while bus.lock().expect("the state").turn(bus_bit_rate, &mut car) {
                std::thread::sleep(Duration::from_millis(PERIOD_MS));
            }
        });
        Self { child, state }
    }

    /// Waits until this is what the driver asked last: what it asks comes through terminal and adapter.
    pub fn was_asked(&self, last: &str) {
        let began = Instant::now();
        while self.asked().last().is_none_or(|asked| asked != last) {
            assert!(began.elapsed() < PATIENCE, "the adapter was not asked to {last}: {:?}", self.asked());
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Everything that the driver asked of it: bit rates, opening, closing, frames to send.
    pub fn asked(&self) -> Vec<String> {
        self.state.lock().expect("the state").asked.clone()
    }
}

impl State {
    fn take(&mut self, report: &str) {
        self.asked.push(report.to_owned());
        match report.split_once(' ') {
            Some(("bitrate", rate)) => self.bit_rate = rate.parse().expect("a number"),
            Some(("open", _)) => self.open = true,
            _ if report == "open" => self.open = true,
            _ if report == "close" => self.open = false,
            _ => {}
        }
    }

    /// `false`: pulled out.
    fn turn(&mut self, bus_bit_rate: u32, car: &mut Car) -> bool {
        let frame = car.frame(50.0);
        let FrameId::Standard(id) = frame.id else { panic!("11 bits are enough here") };
        let line = if self.bit_rate == bus_bit_rate {
            format!("send {id:03X}#{:?}", frame.payload)
        } else {
            "error stuff form".to_owned()
        };
        match &mut self.commands {
            Some(commands) if self.open => writeln!(commands, "{line}").is_ok(),
            commands => commands.is_some(),
        }
    }
}

impl Drop for Adapter {
    fn drop(&mut self) {
        self.state.lock().expect("the state").commands.take();
        // Its own words are on standard error.
        let _ = self.child.wait();
    }
}
