//! A system in a folder, which `--root` sets up.

use std::fs;
use std::path::{Path, PathBuf};

/// A system in a folder, with the units of this one.
pub struct System(tempfile::TempDir);

impl System {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir(folder.path().join("etc")).expect("a folder");
        let to = folder.path().join("usr/lib/systemd/system");
        fs::create_dir_all(&to).expect("a folder");
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../systemd/system");
        for unit in ["speed-service.service", "cardash-can@.service", "cardash-obd.service"] {
            fs::copy(from.join(unit), to.join(unit)).expect("the unit");
        }
        Self(folder)
    }

    pub fn root(&self) -> String {
        self.0.path().display().to_string()
    }

    pub fn file(&self) -> PathBuf {
        self.0.path().join("etc/cardash/speed.toml")
    }

    pub fn text(&self) -> String {
        fs::read_to_string(self.file()).expect("the configuration")
    }

    pub fn is_untouched(&self) -> bool {
        fs::read_dir(self.0.path().join("etc")).expect("its etc").next().is_none()
    }
}
