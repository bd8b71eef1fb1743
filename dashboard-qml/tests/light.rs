//! The real cluster in the light outside: theme, backlight, and the dark screen of a parked car.
#![allow(clippy::unwrap_used)]

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant, SystemTime};

use common::{Bus, Cluster, Liar, LightSensor, PATIENCE, Picture, Screen, Service, command};
use nix::sys::signal::Signal;

const HOUR_S: u64 = 3600;

/// More than the dwell.
const LONG: Duration = Duration::from_secs(5);

/// The cluster where it is noon, or midnight, with this as its system bus.
fn at(hour: u64, system_bus: &str) -> Command {
    let since_1970 = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
    // POSIX: what is to be added to the local time to have UTC.
    let offset_s = (since_1970 % (24 * HOUR_S)).cast_signed() - (hour * HOUR_S).cast_signed();
    let (sign, s) = (if offset_s < 0 { "-" } else { "" }, offset_s.unsigned_abs());
    let mut command = command();
    command.env("TZ", format!("XXX{sign}{}:{:02}", s / HOUR_S, s % HOUR_S / 60));
    command.env("DBUS_SYSTEM_BUS_ADDRESS", system_bus);
    command
}

fn is_night(screen: &Screen) -> bool {
    screen.night
}

fn is_day(screen: &Screen) -> bool {
    !screen.night
}

#[test]
fn the_theme_follows_the_light_sensor_and_else_the_clock() {
    let bus = Bus::start();
    let mut cluster = Cluster::as_asked(at(12, &bus.address), &["--no-sweep", "--bus", &bus.address]);
    cluster.wait_for("the day of noon", is_day);
    let sensor = LightSensor::start(&bus, 2.0);
    sensor.is_claimed();
    cluster.wait_for("a tunnel", is_night);
    sensor.set_lux(20_000.0);
    cluster.wait_for("the end of the tunnel", is_day);
    // A bridge, and twilight.
    sensor.set_lux(2.0);
    sensor.set_lux(100.0);
    cluster.never("the night", LONG, is_night);
    sensor.set_lux(2.0);
    cluster.wait_for("the night", is_night);
    // Of a unit of the vendor's nobody knows what it means.
    sensor.set_unit("vendor");
    cluster.wait_for("the day of noon", is_day);
    sensor.set_unit("lux");
    cluster.wait_for("the night", is_night);
    drop(sensor);
    cluster.wait_for("the day of noon", is_day);
    let sensor = LightSensor::start(&bus, 1.0);
    cluster.wait_for("the night", is_night);
    // A key wins from now on.
    cluster.command("key N");
    cluster.wait_for("the day", is_day);
    sensor.set_lux(0.5);
    cluster.never("the night", LONG, is_night);
    cluster.command("key Q");
    assert!(cluster.wait().success());
}

#[test]
fn the_system_bus_may_be_missing_and_come_later() {
    let (bus, mut system) = (Bus::start(), Bus::start());
    system.kill();
    let mut cluster = Cluster::as_asked(at(12, &system.address), &["--no-sweep", "--bus", &bus.address]);
    cluster.wait_for("the first frame", |screen| screen.event == "first-frame");
    cluster.never("the night", LONG, is_night);
    system.restart();
    let sensor = LightSensor::start(&system, 2.0);
    cluster.wait_for("the night", is_night);
    system.kill();
    cluster.wait_for("the day of noon", is_day);
    drop(sensor);
    system.restart();
    let _sensor = LightSensor::start(&system, 2.0);
    cluster.wait_for("the night", is_night);
}

#[test]
fn the_low_beam_is_next_and_a_theme_of_the_settings_wins() {
    let bus = Bus::start();
    let service = Service::simulate(&bus, "town");
    let options = ["--no-sweep", "--bus", &bus.address];
    let cluster = Cluster::as_asked(at(12, "unix:path=/nonexistent"), &options);
    cluster.wait_for("the car, by day", |screen| screen.car["lamps"]["low"] == "on" && !screen.night);
    cluster.wait_for("the night", is_night);
    drop(service);
    cluster.wait_for("the day of noon", is_day);
    let _service = Service::simulate(&bus, "town");
    let settings = bus.directory.path().join("dashboard.toml");
    for (text, what) in [("theme = 'day'", "the day"), ("light = 'sensor'", "no low beam")] {
        fs::write(&settings, text).unwrap();
        let options = [&options[..], &["--config", settings.to_str().unwrap()]].concat();
        let mut cluster = Cluster::as_asked(at(12, "unix:path=/nonexistent"), &options);
        cluster.wait_for("the car", |screen| screen.car["lamps"]["low"] == "on");
        cluster.never(what, LONG, is_night);
    }
}

#[test]
fn the_sensor_comes_before_the_low_beam() {
    let bus = Bus::start();
    let _service = Service::simulate(&bus, "town");
    let _sensor = LightSensor::start(&bus, 20_000.0);
    let mut cluster = Cluster::as_asked(at(0, &bus.address), &["--no-sweep", "--bus", &bus.address]);
    cluster.wait_for("the night of midnight", is_night);
    cluster.wait_for("the day", is_day);
    cluster.never("the night of the low beam", LONG, is_night);
}

/// A folder like /sys/class/backlight with one backlight of 255 steps.
fn backlight(folder: &Path) -> PathBuf {
    let device = folder.join("backlight/10-0045");
    fs::create_dir_all(&device).unwrap();
    fs::write(device.join("max_brightness"), "255\n").unwrap();
    fs::write(device.join("brightness"), "100\n").unwrap();
    device.join("brightness")
}

fn shines(brightness: &Path, steps: &str) {
    let until = Instant::now() + PATIENCE;
    while fs::read_to_string(brightness).unwrap().trim() != steps {
        assert!(
            Instant::now() < until,
            "the backlight was never {steps} but {:?}",
            fs::read_to_string(brightness)
        );
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn the_backlight_is_dimmed_by_night_and_bright_in_the_end() {
    let bus = Bus::start();
    let brightness = backlight(bus.directory.path());
    let folder = brightness.ancestors().nth(2).unwrap().to_str().unwrap();
    let settings = bus.directory.path().join("dashboard.toml");
    fs::write(&settings, "night_brightness = 40").unwrap();
    let mut cluster = Cluster::start(&["--bus", &bus.address, "--backlight", folder]);
    shines(&brightness, "51");
    cluster.command("key N");
    shines(&brightness, "255");
    cluster.command("key N");
    shines(&brightness, "51");
    cluster.command("key Q");
    assert!(cluster.wait().success());
    assert_eq!(fs::read_to_string(&brightness).unwrap(), "255");
    let settings = settings.to_str().unwrap();
    let _cluster = Cluster::start(&["--bus", &bus.address, "--backlight", folder, "--config", settings]);
    shines(&brightness, "102");
}

/// A cluster that goes dark early.
fn dark_soon(bus: &Bus, more: &[&str]) -> Cluster {
    let settings = bus.directory.path().join("dark.toml");
    fs::write(&settings, "dark_after = 5").unwrap();
    let options = ["--bus", &bus.address, "--config", settings.to_str().unwrap()];
    Cluster::start(&[&options[..], more].concat())
}

/// Whether the screen is black, by its picture.
fn is_black(cluster: &mut Cluster, bus: &Bus) -> bool {
    let file = bus.directory.path().join("screen.png");
    cluster.shoot(&file);
    Picture::open(&file).is_black()
}

#[test]
fn a_parked_car_is_dark_and_a_fault_is_not() {
    let bus = Bus::start();
    let brightness = backlight(bus.directory.path());
    let folder = brightness.ancestors().nth(2).unwrap().to_str().unwrap();
    let service = Service::start(&bus, &[(0.0, 3000)]);
    let mut cluster = dark_soon(&bus, &["--backlight", folder]);
    cluster.wait_for("a car that stands", |screen| screen.digits == "0 km/h");
    assert!(!is_black(&mut cluster, &bus));
    // Its bus falls silent.
    cluster.wait_for("stale", |screen| screen.state == "stale" && !screen.dark);
    let (_, screen) = cluster.wait_for("the dark", |screen| screen.dark);
    assert!(!screen.has_number() && screen.state == "stale", "{screen:?}");
    assert!(is_black(&mut cluster, &bus));
    shines(&brightness, "0");
    // A key shows what there is.
    cluster.command("key S");
    cluster.wait_for("the sentence", |screen| {
        !screen.dark && screen.mark && screen.banner == "Wheel speeds stopped"
    });
    assert!(!is_black(&mut cluster, &bus));
    shines(&brightness, "51");
    // A service that is gone is a fault.
    service.signal(Signal::SIGKILL);
    cluster.wait_for("no service", |screen| screen.state == "no-service" && !screen.dark);
    drop(service);
    // A car that drove when its bus fell silent.
    let _service = Service::start(&bus, &[(84.8, 3000)]);
    cluster.wait_for("87", |screen| screen.digits == "87 km/h");
    cluster.wait_for("stale", |screen| screen.state == "stale");
    cluster.never("the dark", LONG + LONG, |screen| screen.dark);
}

#[test]
fn what_is_heard_ends_the_dark_at_once() {
    let bus = Bus::start();
    let liar = Liar::start(&bus, f64::NAN, "stale");
    let mut cluster = dark_soon(&bus, &[]);
    // A bus that was never heard may be a wrong plug.
    liar.count(0);
    cluster.never("the dark", LONG + LONG, |screen| screen.dark);
    liar.count(1000);
    cluster.wait_for("the dark", |screen| screen.dark);
    assert!(is_black(&mut cluster, &bus));
    // A frame, but no wheel speed.
    liar.count(1001);
    cluster.wait_for("the sentence", |screen| !screen.dark && screen.mark);
    cluster.wait_for("the dark again", |screen| screen.dark);
    // The wheels.
    liar.tell_all(interfaces::SPEED_INTERFACE, [("Speed", 0.0.into()), ("State", "ok".into())].into());
    liar.hold(0.0, "ok");
    cluster.wait_for("a car that stands", |screen| !screen.dark && screen.digits == "0 km/h");
    // Dark, and then the link is down.
    liar.hold(f64::NAN, "no-data");
    cluster.wait_for("the dark", |screen| screen.dark);
    liar.hold(f64::NAN, "can-down");
    cluster.wait_for("the fault", |screen| !screen.dark && screen.banner == "CAN bus is down");
    cluster.never("the dark", LONG + LONG, |screen| screen.dark);
}
