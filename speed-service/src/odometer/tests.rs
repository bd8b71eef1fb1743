//! The odometer over starts, stops, failures and hands, on real files.

use std::path::{Path, PathBuf};

use can_reader::State;

use super::*;

struct Car {
    path: PathBuf,
    at_ms: u64,
    odometer: Odometer,
}

fn place(path: &Path) -> Place {
    Place::File { path: path.to_owned(), interfaces: vec!["can0".to_owned()], named: true }
}

/// A new process: its clock and its odometer.
fn start(path: &Path) -> Car {
    Car { path: path.to_owned(), at_ms: 5_000, odometer: Odometer::new(place(path)) }
}

fn estimate(kmh: Option<f64>) -> Estimate {
    let state = if kmh.is_some() { State::Ok } else { State::Implausible };
    Estimate {
        state,
        speed_kmh: kmh,
        uncertainty_kmh: kmh.map(|_| 1.0),
        witnesses: 4,
        reason: None,
        left_out: Default::default(),
        wall_us: 0,
        wheels: Default::default(),
    }
}

impl Car {
    /// So long at this speed; how often clients were told.
    fn drive(&mut self, seconds: u64, kmh: Option<f64>) -> usize {
        (0..seconds * 10)
            .filter(|_| {
                self.at_ms += 100;
                self.odometer.observe(Duration::from_millis(self.at_ms), &estimate(kmh), 1.0)
            })
            .count()
    }

    /// From rest to rest, metres.
    fn go(&mut self, metres: u64) {
        self.drive(1, Some(0.0));
        // The two ramps of 0.1 s are one step together.
        self.at_ms += 100;
        self.odometer.observe(Duration::from_millis(self.at_ms), &estimate(Some(36.0)), 1.0);
        for _ in 0..metres - 1 {
            self.at_ms += 100;
            self.odometer.observe(Duration::from_millis(self.at_ms), &estimate(Some(36.0)), 1.0);
        }
        self.at_ms += 100;
        self.odometer.observe(Duration::from_millis(self.at_ms), &estimate(Some(0.0)), 1.0);
    }

    /// What a person does who pulls the plug: nothing more is written.
    fn dies(self) {
        self.odometer.keeping.settle(Duration::from_secs(5));
        drop(self.odometer);
        // The lock goes with the writer's thread, which may still be on its way out.
        let began = std::time::Instant::now();
        while std::fs::File::open(&self.path).is_ok_and(|file| file.try_lock().is_err()) {
            assert!(began.elapsed() < Duration::from_secs(10), "the lock of {} stays", self.path.display());
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    fn metres(&mut self) -> [u64; 3] {
        self.odometer.view().metres
    }
}

fn folder() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("odometer");
    (folder, path)
}

fn in_file(path: &Path) -> Record {
    file::glimpse(path).expect("a record")
}

#[test]
fn what_is_driven_is_there_after_the_end() {
    let (_folder, path) = folder();
    for day in 1..=5 {
        let mut car = start(&path);
        assert_eq!(car.metres(), [(day - 1) * 250; 3]);
        car.go(250);
        car.odometer.finish(Duration::from_secs(5));
        assert_eq!(in_file(&path).counts[0].metres(), day * 250);
        car.dies();
    }
}

#[test]
fn a_stop_is_written_and_a_kilometre_before_it_is_full() {
    let (_folder, path) = folder();
    let mut car = start(&path);
    car.go(300);
    car.odometer.keeping.settle(Duration::from_secs(5));
    // Within the pause after the file was made.
    assert_eq!(in_file(&path).counts[0].metres(), 0);
    car.drive(200, Some(36.0));
    car.odometer.keeping.settle(Duration::from_secs(5));
    let kept = in_file(&path).counts[0].metres();
    let total = car.metres()[0];
    assert!(total - kept <= 950 && kept >= 1_800, "{kept} of {total}");
    car.dies();
    let kept_again = start(&path).metres()[0];
    assert_eq!(kept_again, kept);
}

#[test]
fn an_absent_file_is_made_with_the_first_speed_only() {
    let (_folder, path) = folder();
    let mut car = start(&path);
    car.drive(60, None);
    car.odometer.finish(Duration::from_millis(10));
    assert!(path.metadata().is_err() || in_file(&path).counts[0].metres() == 0);
    assert!(car.odometer.view().reason.ends_with("it is made with the first speed") || path.exists());
}

#[test]
fn trips_begin_anew_by_themselves() {
    let (_folder, path) = folder();
    let mut car = start(&path);
    car.go(100);
    car.odometer.reset(Trip::A);
    car.go(50);
    car.odometer.reset(Trip::B);
    assert_eq!(car.metres(), [150, 50, 0]);
    car.odometer.finish(Duration::from_secs(5));
    car.dies();
    assert_eq!(start(&path).metres(), [150, 50, 0]);
}

#[test]
fn it_is_set_upwards_and_by_correction_downwards_and_each_time_is_kept() {
    let (_folder, path) = folder();
    let mut car = start(&path);
    car.go(100);
    car.drive(60, None);
    car.odometer.set(200_000_000, false, 0, 1_796_000_000).unwrap();
    assert_eq!(car.metres(), [200_000_000, 100, 100]);
    let lower = SetError::Lower { total: 200_000_000, asked: 1_000 };
    assert_eq!(car.odometer.set(1_000, false, 0, 1), Err(lower));
    assert_eq!(car.odometer.set(MOST_M + 1, true, 0, 1), Err(SetError::TooMuch(MOST_M + 1)));
    car.odometer.set(1_000, true, 1000, 1_796_000_001).unwrap();
    car.odometer.finish(Duration::from_secs(5));
    car.dies();
    let mut next = start(&path);
    assert_eq!(next.metres(), [1_000, 100, 100]);
    let changes = next.odometer.changes.clone();
    assert_eq!(changes.len(), 2);
    assert_eq!(changes[1].to_string(), "2026-11-30T00:53:21Z: from 200000000 m to 1000 m by user 1000");
    for _ in changes.len()..MOST_CHANGES {
        next.odometer.set(1_000, false, 0, 1).unwrap();
    }
    assert_eq!(next.odometer.set(1_000, false, 0, 1), Err(SetError::Full));
    next.odometer.finish(Duration::from_secs(5));
    assert_eq!(in_file(&path).changes.len(), MOST_CHANGES);
}

#[test]
fn damage_is_not_overwritten_until_somebody_says_so() {
    let (_folder, path) = folder();
    std::fs::write(&path, vec![0xA5; 4096]).unwrap();
    let mut car = start(&path);
    car.go(2_000);
    car.odometer.reset(Trip::A);
    car.odometer.finish(Duration::from_millis(100));
    assert!(car.odometer.view().reason.contains("both of its slots are damaged"));
    assert_eq!(std::fs::read(&path).unwrap(), vec![0xA5; 4096]);
    car.odometer.set(90_000_000, false, 0, 1).unwrap();
    car.odometer.finish(Duration::from_secs(5));
    assert_eq!(in_file(&path).counts[0].metres(), 90_000_000);
    car.dies();
    assert_eq!(start(&path).metres()[0], 90_000_000);
}

#[test]
fn a_place_that_cannot_be_written_is_told_and_counted_on() {
    let mut car = start(Path::new("/nonexistent/odometer"));
    car.go(500);
    assert_eq!(car.metres(), [500; 3]);
    let reason = car.odometer.view().reason;
    assert!(reason.starts_with("/nonexistent/odometer: there is no folder for it"), "{reason}");
    assert!(matches!(car.odometer.set(1_000_000, false, 0, 1), Err(SetError::NotKept(_))));
    // A file in /proc cannot be made by anybody.
    let mut car = start(Path::new("/proc/odometer"));
    car.go(500);
    car.odometer.keeping.settle(Duration::from_secs(5));
    assert_eq!(car.metres(), [500; 3]);
    assert!(car.odometer.view().reason.starts_with("/proc/odometer: "));
}

#[test]
fn a_second_service_goes_on_from_what_the_first_has_kept() {
    let (_folder, path) = folder();
    let mut first = start(&path);
    first.go(100);
    first.odometer.reset(Trip::A);
    first.odometer.finish(Duration::from_secs(5));
    first.go(50);
    let mut second = start(&path);
    assert!(second.odometer.view().reason.contains("another speed service has it"));
    // Shown, and not fallen; not written.
    assert_eq!(second.metres(), [100, 0, 100]);
    second.odometer.reset(Trip::B);
    second.go(10);
    assert_eq!(second.metres(), [110, 10, 10]);
    first.odometer.finish(Duration::from_secs(5));
    first.dies();
    let begun = std::time::Instant::now();
    while second.odometer.view().reason.contains("another") {
        assert!(begun.elapsed() < Duration::from_secs(10));
        std::thread::sleep(Duration::from_millis(10));
    }
    // What the first has added at its end is there too, and the trip that was begun here stays so.
    assert_eq!(second.metres(), [160, 60, 10]);
    second.odometer.finish(Duration::from_secs(5));
    assert_eq!(in_file(&path).counts.map(Count::metres), [160, 60, 10]);
}

#[test]
fn a_car_that_stands_tells_nothing_and_one_that_drives_tells_each_hundred_metres() {
    let (_folder, path) = folder();
    let mut car = start(&path);
    car.drive(20, Some(0.0));
    car.odometer.keeping.settle(Duration::from_secs(5));
    car.drive(1, Some(0.0));
    assert_eq!(car.drive(3_600, Some(0.0)), 0);
    let told = car.drive(100, Some(36.0));
    assert!((9..=12).contains(&told), "{told} times for a kilometre");
    assert!(car.drive(10, Some(0.0)) <= 2, "the stop, and what became of the write");
    assert_eq!(car.drive(3_600, Some(0.0)), 0);
}

#[test]
fn what_is_unknown_is_told_and_kept() {
    let (_folder, path) = folder();
    let mut car = start(&path);
    car.drive(1, Some(0.0));
    car.drive(10, Some(36.0));
    let told = car.drive(100, None);
    assert!((10..=14).contains(&told), "{told}");
    let view = car.odometer.view();
    assert!((99..=101).contains(&view.unknown_s[0]), "{view:?}");
    assert!(car.odometer.wants_a_look());
    car.odometer.finish(Duration::from_secs(5));
    car.dies();
    assert_eq!(start(&path).odometer.view().unknown_s, view.unknown_s);
}

#[test]
fn another_source_is_another_distance() {
    let (_folder, path) = folder();
    let mut car = start(&path);
    car.go(100);
    car.odometer.replace(Place::Nowhere("the car is simulated"), true);
    assert_eq!(car.metres(), [0; 3]);
    car.go(5_000);
    assert_eq!(car.odometer.view().reason, "the car is simulated");
    car.odometer.replace(place(&path), true);
    assert_eq!(car.metres(), [100; 3]);
}
