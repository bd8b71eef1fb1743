//! The real cluster on a display, with real keys.
#![allow(clippy::unwrap_used)]

mod common;

use std::path::Path;
use std::time::{Duration, Instant};

use common::{
    Bus, Cluster, Display, Picture, SCREEN, Screen, Service, beyond_edges, difference, signal_watched, watch,
    watched_process,
};
use nix::sys::signal::Signal;

/// How many pixels may differ by more than edges between what the GPU's renderer and the software renderer draw: none
/// did, and digits that are polygons differ by 56.
const OTHER_RENDERER: usize = 15;

/// From the moment in which a cluster hangs until its number is gone.
const HUNG_TO_DARK: Duration = Duration::from_millis(500);

/// On X11 with a renderer in software the killed process has much to give back before its window goes.
const HUNG_TO_DARK_X11: Duration = Duration::from_secs(2);

/// So long a number counts as one that is just coming.
const FIRST: Duration = Duration::from_millis(1500);

/// A busy machine may be late now and then; a watch that is late this many times in a row is slow.
const TRIES: usize = 3;

fn shows_87(screen: &Screen) -> bool {
    screen.digits == "87 km/h" && !screen.parked
}

#[test]
#[ignore = "needs Xvfb and xdotool; `deploy/test cluster` runs it"]
fn on_x11_the_keyboard_works_and_f_fills_the_screen() {
    let display = Display::x11();
    let mut cluster = Cluster::run(display.command(), &["--demo", "87"]);
    cluster.wait_for_asking("87", shows_87);
    assert_eq!(cluster.screen().size, "800x480");

    let window = display.xdotool(&["search", "--sync", "--name", "^Cardash$"]);
    let geometry = || display.xdotool(&["getwindowgeometry", &window]);
    display.xdotool(&["windowfocus", "--sync", &window]);
    display.xdotool(&["key", "f"]);
    cluster.wait_for_asking("the full screen", |screen| screen.size == SCREEN);
    assert!(geometry().contains(SCREEN), "the X server says {}", geometry());
    display.xdotool(&["key", "f"]);
    cluster.wait_for_asking("the window again", |screen| screen.size == "800x480");
    display.xdotool(&["key", "u"]);
    cluster.wait_for_asking("mph", |screen| screen.digits == "55 mph");
    display.xdotool(&["key", "q"]);
    assert!(cluster.wait().success());
}

#[test]
#[ignore = "needs Xvfb; `deploy/test cluster` runs it"]
fn on_x11_full_screen_at_once_and_the_same_picture() {
    let display = Display::x11();
    let mut cluster = Cluster::run(display.command(), &["--demo", "87", "--fullscreen"]);
    cluster.wait_for_asking("87 on the full screen", |screen| shows_87(screen) && screen.size == SCREEN);

    let folder = tempfile::tempdir().unwrap();
    let (gpu, software) = (folder.path().join("gpu.png"), folder.path().join("software.png"));
    // A slow renderer takes its time. Where the needle goes follows from where it is parked: 5 degrees below zero.
    let zero = Cluster::start(&["--demo", "stale", "--size", SCREEN]).screen().needle + 5.0;
    let end = zero * (1.0 - 2.0 * 87.0 / 240.0);
    cluster.wait_for_asking("the needle at 87", |screen| (screen.needle - end).abs() < 0.02);
    cluster.shoot(&gpu);
    let drawn = common::command()
        .args(["--theme", "night", "--demo", "87", "--size", SCREEN, "--screenshot"])
        .arg(&software)
        .status();
    assert!(drawn.unwrap().success());
    let gpu = Picture::open(&gpu);
    let share = difference(&gpu, &Picture::open(&software));
    println!("X11 against the software renderer: {share:.4} of the pixels differ, edges and all");
    let stored = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/images/opengl-1280x720.png");
    for other in [software, stored] {
        let count = beyond_edges(&gpu, &Picture::open(&other));
        println!("X11 against {}: {count} pixels differ by more than edges", other.display());
        assert!(count <= OTHER_RENDERER, "{count} pixels differ (allowed {OTHER_RENDERER})");
    }
}

/// Everything that a car may say, by the GPU's renderer as by the other one.
#[test]
#[ignore = "needs Xvfb, OpenGL ES, weston and qt6-wayland; `deploy/test cluster` runs it"]
fn a_whole_car_is_the_same_on_every_display() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name);
    let arguments = ["--demo", "car"];
    let drawn = common::command()
        .args(arguments)
        .args(["--theme", "night", "--size", SCREEN, "--screenshot"])
        .arg(file("software.png"))
        .status();
    assert!(drawn.unwrap().success());
    let software = Picture::open(&file("software.png"));
    let is_whole = |screen: &Screen| screen.digits == "128 km/h" && screen.car["drive"] == "live";
    let x11 = [Display::x11(), Display::x11()];
    let wayland = Display::wayland();
    let mut eglfs = x11[1].command();
    eglfs.env("QT_QPA_PLATFORM", "eglfs").env("QT_QPA_EGLFS_INTEGRATION", "eglfs_x11");
    let mut on_wayland = wayland.command();
    // Weston without a screen offers no OpenGL.
    on_wayland.env("QT_QUICK_BACKEND", "software");
    for (name, command) in [("X11", x11[0].command()), ("eglfs", eglfs), ("Wayland", on_wayland)] {
        let mut cluster = Cluster::run(command, &[&arguments[..], &["--fullscreen"]].concat());
        cluster
            .wait_for_asking(name, |screen| is_whole(screen) && (name == "eglfs" || screen.size == SCREEN));
        let size = cluster.screen().size;
        if size == SCREEN {
            // The needle and the small gauges arrive.
            let mut count = usize::MAX;
            let until = std::time::Instant::now() + common::PATIENCE;
            while count > OTHER_RENDERER && std::time::Instant::now() < until {
                cluster.shoot(&file("shot.png"));
                count = beyond_edges(&Picture::open(&file("shot.png")), &software);
            }
            println!("{name}: {count} pixels differ by more than edges");
            assert!(count <= OTHER_RENDERER, "{name}: {count} pixels differ (allowed {OTHER_RENDERER})");
        }
        cluster.command("key Q");
        assert!(cluster.wait().success(), "{name}");
    }
}

/// A session bus that is connected to and never says a word.
fn mute_bus(folder: &tempfile::TempDir) -> (std::os::unix::net::UnixListener, String) {
    let socket = folder.path().join("bus");
    let listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    (listener, format!("unix:path={}", socket.display()))
}

/// Qt itself asks the session bus for a screen reader, in the thread that draws.
#[test]
#[ignore = "needs Xvfb, weston and qt6-wayland; `deploy/test cluster` runs it"]
fn a_session_bus_that_never_speaks_holds_no_window_up() {
    let folder = tempfile::tempdir().unwrap();
    let (_listener, address) = mute_bus(&folder);
    for display in [Display::x11(), Display::wayland()] {
        let mut command = display.command();
        command.env("QT_QUICK_BACKEND", "software").env("DBUS_SESSION_BUS_ADDRESS", &address);
        let mut cluster = Cluster::run(command, &[]);
        cluster.wait_for("the first frame", |screen| screen.event == "first-frame");
        cluster.wait_for_asking("no bus", |screen| screen.state == "no-bus" && !screen.banner.is_empty());
        cluster.command("key Q");
        assert!(cluster.wait().success());
    }
}

/// And one that does speak is still the one that the speed comes from.
#[test]
#[ignore = "needs Xvfb; `deploy/test cluster` runs it"]
fn the_session_bus_is_the_one_of_the_environment() {
    let bus = Bus::start();
    // Raised by the tolerance of the tyres, 86.97.
    let _service = Service::start(&bus, &[(84.8, 60_000)]);
    let display = Display::x11();
    let mut command = display.command();
    command.env("DBUS_SESSION_BUS_ADDRESS", &bus.address);
    let cluster = Cluster::run(command, &[]);
    cluster.wait_for("87", |screen| screen.digits == "87 km/h");
}

#[test]
#[ignore = "needs Xvfb and OpenGL ES; `deploy/test cluster` runs it"]
fn on_eglfs_there_is_no_window_system_to_ask() {
    // Qt's own way to try eglfs where there is no graphics card: its screen is a window of X.
    let display = Display::x11();
    let mut command = display.command();
    command.env("QT_QPA_PLATFORM", "eglfs").env("QT_QPA_EGLFS_INTEGRATION", "eglfs_x11");
    let mut cluster = Cluster::run(command, &["--demo", "87"]);
    cluster.wait_for_asking("87 on the whole screen", |screen| shows_87(screen) && screen.size != "800x480");
    cluster.command("key Q");
    assert!(cluster.wait().success());
}

#[test]
#[ignore = "needs weston and qt6-wayland; `deploy/test cluster` runs it"]
fn on_wayland_it_shows_the_speed_and_f_fills_the_screen() {
    // The second screen is lower than the window that the cluster asks for.
    for size in [SCREEN, "1280x400"] {
        for options in [&["--demo", "87"][..], &["--demo", "87", "--fullscreen"]] {
            let display = Display::wayland_of(size);
            let mut command = display.command();
            // Weston without a screen offers no OpenGL.
            command.env("QT_QUICK_BACKEND", "software");
            let mut cluster = Cluster::run(command, options);
            let mut full = options.contains(&"--fullscreen");
            cluster.wait_for_asking("87", shows_87);
            for _ in 0..3 {
                if full {
                    stays(&mut cluster, size);
                } else {
                    stays(&mut cluster, "800x480");
                }
                cluster.command("key F");
                full = !full;
            }
            cluster.command("key Q");
            assert!(cluster.wait().success());
        }
    }
}

/// The window comes to this size, and keeps it: a compositor may have another word to say.
fn stays(cluster: &mut Cluster, size: &str) {
    cluster.wait_for_asking(size, |screen| screen.size == size);
    for _ in 0..10 {
        std::thread::sleep(std::time::Duration::from_millis(50));
        assert_eq!(cluster.screen().size, size);
    }
}

#[test]
#[ignore = "needs Xvfb; `deploy/test cluster` runs it"]
fn on_x11_a_cluster_that_hangs_is_off_the_screen() {
    let display = Display::x11();
    let mut cluster = Cluster::run(watch(&display.command()), &["--demo", "87", "--fullscreen"]);
    let mut dark_after = Vec::new();
    for _ in 0..TRIES {
        cluster.wait_for_asking("87 on the full screen", |screen| shows_87(screen) && screen.size == SCREEN);
        assert!(display.lit_pixels() > 0, "the screen is dark");
        std::thread::sleep(FIRST);
        signal_watched(&cluster, Signal::SIGSTOP);
        dark_after.push(until_gone(|| display.lit_pixels() == 0));
    }
    println!("a stopped cluster to a dark screen of X11: {dark_after:?}");
    assert!(dark_after.iter().min() < Some(&HUNG_TO_DARK_X11), "{dark_after:?}");
}

#[test]
#[ignore = "needs weston and qt6-wayland; `deploy/test cluster` runs it"]
fn on_wayland_a_cluster_that_hangs_is_off_the_screen() {
    let display = Display::wayland();
    let mut cluster = Cluster::run(watch(&display.command()), &["--demo", "87"]);
    let mut gone_after = Vec::new();
    for _ in 0..TRIES {
        cluster.wait_for_asking("87", shows_87);
        let hung = watched_process(&cluster);
        std::thread::sleep(FIRST);
        signal_watched(&cluster, Signal::SIGSTOP);
        // A surface is its client's: the compositor takes it away with the connection. Weston without a screen shows no picture.
        gone_after.push(until_gone(|| watched_process(&cluster) != hung));
    }
    println!("a stopped cluster to no client on Wayland: {gone_after:?}");
    assert!(gone_after.iter().min() < Some(&HUNG_TO_DARK), "{gone_after:?}");
}

fn until_gone(gone: impl Fn() -> bool) -> Duration {
    let begin = Instant::now();
    while !gone() {
        assert!(begin.elapsed() < common::PATIENCE, "the number stays on the screen");
        std::thread::sleep(Duration::from_millis(2));
    }
    begin.elapsed()
}
