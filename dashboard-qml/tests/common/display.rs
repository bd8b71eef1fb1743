//! Displays without a screen: an X server and a Wayland compositor.

use std::fs::{File, Permissions};
use std::io::{BufRead, BufReader, Read, Write};
use std::os::linux::net::SocketAddrExt;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{SocketAddr, UnixStream};
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
    /// An X server without a client starts afresh; this one stays.
    first: Option<UnixStream>,
}

impl Display {
    /// An X server with nothing else: no window manager.
    pub fn x11() -> Self {
        // One in thousands refuses its first client (two did, one after the other, on a build server).
        for _ in 0..5 {
            match Self::try_x11() {
                Ok(display) => return display,
                Err(why) => println!("Xvfb is started again: {why}"),
            }
        }
        panic!("Xvfb does not answer");
    }

    fn try_x11() -> Result<Self, String> {
        let folder = runtime_folder();
        let errors = folder.path().join("xvfb");
        let mut server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-nolisten", "tcp", "-screen", "0", &format!("{SCREEN}x24")])
            // A screen without a window is black then.
            .arg("-nocursor")
            .arg("-fbdir")
            .arg(folder.path())
            .stdout(Stdio::piped())
            .stderr(File::create(&errors).unwrap())
            .spawn()
            .expect("Xvfb starts; if it is missing, install the package xvfb");
        let mut number = String::new();
        BufReader::new(server.stdout.take().unwrap()).read_line(&mut number).unwrap();
        let number = number.trim();
        let mut display = Self { server, folder, name: format!(":{number}"), first: None };
        match first_client(number) {
            Ok(first) => display.first = Some(first),
            Err(error) => {
                let ended = display.server.try_wait().unwrap();
                let said = std::fs::read_to_string(&errors).unwrap_or_default();
                return Err(format!(
                    "display {:?}: {error}; ended: {ended:?}; it said: {said}",
                    display.name
                ));
            }
        }
        Ok(display)
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
        Self { server, folder, name: String::new(), first: None }
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

/// Connects to an X server and waits until it says yes (X11 protocol, "Connection Setup").
fn first_client(number: &str) -> std::io::Result<UnixStream> {
    let address = SocketAddr::from_abstract_name(format!("/tmp/.X11-unix/X{number}"))?;
    let mut stream = UnixStream::connect_addr(&address)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    // Little endian, protocol 11.0, no authorization.
    stream.write_all(&[b'l', 0, 11, 0, 0, 0, 0, 0, 0, 0, 0, 0])?;
    let mut answer = [0; 8];
    stream.read_exact(&mut answer)?;
    if answer[0] != 1 {
        return Err(std::io::Error::other(format!("it answers {}", answer[0])));
    }
    Ok(stream)
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
