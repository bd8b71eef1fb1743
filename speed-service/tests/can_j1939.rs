//! A truck that the kernel's own J1939 speaks for: address claims, groups from any address, and what a client hears.

mod common;
mod fault;

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use common::PATIENCE;
use common::service::reached;
use fault::can::{Beside, Interface};
use fault::scene::Scene;
use interfaces::State;

/// `j1939/truck.py`, which ends with the test.
struct Truck {
    child: Child,
    words: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Truck {
    /// Drives at 42 km/h on this interface.
    fn on(interface: &str) -> Self {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/j1939/truck.py");
        let mut child = Command::new("python3")
            .args([script, interface])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("python3 is installed");
        let words = child.stdin.take().expect("its standard input");
        let answers = BufReader::new(child.stdout.take().expect("its standard output"));
        let mut truck = Self { child, words, answers };
        truck.hears("ready");
        truck
    }

    /// Has it do something; it has been done then.
    fn does(&mut self, word: &str) {
        writeln!(self.words, "{word}").expect("it runs");
        self.hears(word);
    }

    fn hears(&mut self, expected: &str) {
        let mut line = String::new();
        self.answers.read_line(&mut line).expect("text");
        assert_eq!(line.trim(), expected, "its words are above; does the kernel have can-j1939?");
    }
}

impl Drop for Truck {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Waits until `LastError` has these words.
async fn says(scene: &Scene, words: &str) {
    let began = Instant::now();
    loop {
        let error = scene.diagnostics.last_error().await.expect("LastError");
        if error.contains(words) {
            return;
        }
        assert!(began.elapsed() < PATIENCE, "{words:?} is not in {error:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
#[ignore = "needs a kernel with vcan and can-j1939: deploy/test can"]
async fn a_truck_by_the_kernels_own_j1939() {
    let vcan = Interface::vcan("can_j1939");
    vcan.appears().await;
    let mut truck = Truck::on(&vcan.0);
    let mut scene = Scene::reading(&["--vehicle", "j1939", "--can", &vcan.0]).await;
    scene.has_speed(42).await;
    assert_eq!(scene.speed.wheel_speeds().await.expect("WheelSpeeds").len(), 4, "those of EBC2");
    assert_eq!(scene.speed.witnesses().await.expect("Witnesses"), 6);

    // A second address sends the same group and says something else: it is counted and named, and changes nothing.
    truck.does("cluster");
    says(&scene, "CCVS1 (PGN 65265): source address 17 sends it too; 00 is listened to").await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    scene.still_has_speed(42).await;
    assert!(scene.rejected("sender").await >= 5);

    // Other groups, claims among them, do not wake the service: the kernel keeps them away.
    let before = (vcan.received(), scene.diagnostics.frames_received().await.expect("FramesReceived"));
    let others = Beside::start("cangen", &[&vcan.0, "-e", "-I", "18FFFF00", "-g", "1", "-p", "10"]);
    tokio::time::sleep(Duration::from_secs(1)).await;
    drop(others);
    let sent = vcan.received() - before.0;
    let received = scene.diagnostics.frames_received().await.expect("FramesReceived") - before.1;
    println!("{received} of {sent} frames woke the service");
    // 10 of EBC2, 20 of CCVS1, 20 of TCO1 a second.
    assert!(sent > 200 && received < 120, "{received} of {sent} frames");

    // The engine claims another address: it is found there when nothing has come from the old one for long.
    truck.does("quiet");
    truck.does("move");
    says(&scene, "source address 00 has given no usable frame for long; 80 is listened to").await;
    scene.still_has_speed(42).await;

    // The brakes have no speed: it goes on without their wheels.
    truck.does("error");
    let began = Instant::now();
    while scene.rejected("error").await < 4 {
        assert!(began.elapsed() < PATIENCE, "no value is an error");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(scene.speed.wheel_speeds().await.expect("WheelSpeeds").is_empty());
    reached(&scene.speed, State::Degraded).await;
}
