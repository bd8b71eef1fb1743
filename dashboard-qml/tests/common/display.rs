//! Displays without a screen: an X server and a Wayland compositor.

use std::fs::Permissions;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use tempfile::TempDir;

use super::{PATIENCE, command};

/// Size of both displays, pixels.
pub const SCREEN: &str = "1280x720";

/// A running display; it ends with the test.
pub struct Display {
    server: Child,
    folder: TempDir,
    /// The X display's name, such as `:1`; empty for Wayland.
    pub name: String,
}

impl Display {
    /// An X server with nothing else: no window manager.
    pub fn x11() -> Self {
        let folder = runtime_folder();
        let mut server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-nolisten", "tcp", "-screen", "0", &format!("{SCREEN}x24")])
            .arg("-fbdir")
            .arg(folder.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("Xvfb starts; if it is missing, install the package xvfb");
        let mut number = String::new();
        BufReader::new(server.stdout.take().unwrap()).read_line(&mut number).unwrap();
        assert!(!number.trim().is_empty(), "Xvfb gives no display");
        Self { server, folder, name: format!(":{}", number.trim()) }
    }

    /// Weston, the reference compositor, without a screen.
    pub fn wayland() -> Self {
        Self::wayland_of(SCREEN)
    }

    /// The same with a screen of this size, such as `1280x400`.
    pub fn wayland_of(size: &str) -> Self {
        let folder = runtime_folder();
        let (width, height) = size.split_once('x').unwrap();
        let server = Command::new("weston")
            .args(["--backend=headless-backend.so", "--socket=wayland", "--no-config", "--idle-time=0"])
            .args([format!("--width={width}"), format!("--height={height}")])
            .env("XDG_RUNTIME_DIR", folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("weston starts; if it is missing, install the package weston");
        let until = Instant::now() + PATIENCE;
        while !folder.path().join("wayland").exists() {
            assert!(Instant::now() < until, "weston makes no socket");
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        Self { server, folder, name: String::new() }
    }

    /// The cluster on this display, with the renderer that Qt takes by itself.
    pub fn command(&self) -> Command {
        let mut command = command();
        command.env("XDG_RUNTIME_DIR", self.folder.path()).env_remove("QT_QUICK_BACKEND");
        if self.name.is_empty() {
            command.env("QT_QPA_PLATFORM", "wayland").env("WAYLAND_DISPLAY", "wayland");
        } else {
            command.env("QT_QPA_PLATFORM", "xcb").env("DISPLAY", &self.name);
        }
        command
    }

    /// How many pixels of the X server's screen are not black. Source of the file's form: `XWDFile.h` of the X Window System.
    pub fn lit_pixels(&self) -> usize {
        let file = std::fs::read(self.folder.path().join("Xvfb_screen0")).unwrap();
        let word = |nth: usize| {
            usize::try_from(u32::from_be_bytes(file[nth * 4..][..4].try_into().unwrap())).unwrap()
        };
        let (header, height, line, colours) = (word(0), word(5), word(12), word(19));
        let pixels = &file[header + colours * 12..][..height * line];
        pixels.chunks_exact(4).filter(|pixel| pixel[..3] != [0, 0, 0]).count()
    }

    /// Runs xdotool; what it prints.
    pub fn xdotool(&self, arguments: &[&str]) -> String {
        let output = Command::new("xdotool")
            .args(arguments)
            .env("DISPLAY", &self.name)
            .output()
            .expect("xdotool starts; if it is missing, install the package xdotool");
        assert!(
            output.status.success(),
            "xdotool {arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }
}

/// As the login manager makes it; Qt and Weston warn of any other.
fn runtime_folder() -> TempDir {
    tempfile::Builder::new().permissions(Permissions::from_mode(0o700)).tempdir().unwrap()
}

impl Drop for Display {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}
