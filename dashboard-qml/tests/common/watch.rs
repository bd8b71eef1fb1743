//! The cluster with its watch.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tempfile::TempDir;

use super::Cluster;

/// What the screen held before, a byte that no picture has.
const BEFORE: u8 = 7;

/// A frame buffer that is a file, 800x480 with 4 bytes a pixel: the cluster draws elsewhere, and the watch here.
pub struct FrameBuffer {
    folder: TempDir,
}

impl FrameBuffer {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let described = folder.path().join("graphics/fb0");
        fs::create_dir_all(&described).unwrap();
        for (name, text) in [("virtual_size", "800,480"), ("bits_per_pixel", "32"), ("stride", "3200")] {
            fs::write(described.join(name), format!("{text}\n")).unwrap();
        }
        let made = Self { folder };
        made.forget();
        made
    }

    fn device(&self) -> PathBuf {
        self.folder.path().join("fb0")
    }

    /// As a cluster would draw on it.
    pub fn forget(&self) {
        fs::write(self.device(), vec![BEFORE; 3200 * 480]).unwrap();
    }

    /// Whether the still picture is there, all of it.
    pub fn is_still(&self) -> bool {
        let pixels = fs::read(self.device()).unwrap();
        !pixels.contains(&BEFORE) && pixels.iter().any(|byte| *byte > BEFORE)
    }

    /// `cluster`, watched.
    pub fn watch(&self, cluster: &Command) -> Command {
        let mut command = watched(cluster);
        command
            .arg("--frame-buffer")
            .arg(self.device())
            .arg("--graphics")
            .arg(self.folder.path().join("graphics"));
        command.arg("--").arg(cluster.get_program());
        command
    }
}

/// `cluster`, watched where nothing but its end takes its picture away.
pub fn watch(cluster: &Command) -> Command {
    let mut command = watched(cluster);
    command.arg(cluster.get_program());
    command
}

fn watched(cluster: &Command) -> Command {
    let program = Path::new(cluster.get_program()).with_file_name("screen-watch");
    assert!(program.exists(), "{} is missing: cargo build --bin screen-watch", program.display());
    let mut command = Command::new(program);
    for (name, value) in cluster.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    command
}

/// The process of the cluster that `watch` started last, if it runs.
pub fn watched_process(watch: &Cluster) -> Option<Pid> {
    let id = watch.id();
    let children = fs::read_to_string(format!("/proc/{id}/task/{id}/children")).unwrap_or_default();
    children.split_whitespace().last().map(|number| Pid::from_raw(number.parse().unwrap()))
}

/// Sends it to the cluster, not to the watch.
pub fn signal_watched(watch: &Cluster, signal: Signal) {
    kill(watched_process(watch).expect("the cluster runs"), signal).unwrap();
}
