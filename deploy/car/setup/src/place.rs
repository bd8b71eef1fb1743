//! Where the files of Cardash are: in the running system, or in one that lies in a folder.

use std::path::{Path, PathBuf};

/// The system that is set up.
#[derive(Clone, Debug)]
pub struct Place {
    root: Option<PathBuf>,
}

impl Place {
    /// The running system, or the one in this folder.
    #[must_use]
    pub fn new(root: Option<&Path>) -> Self {
        // `--root /` is the running system.
        let root = root.filter(|root| *root != Path::new("/"));
        Self { root: root.map(|root| std::fs::canonicalize(root).unwrap_or_else(|_| root.to_owned())) }
    }

    /// The other root, if it is one.
    #[must_use]
    pub fn root(&self) -> Option<&Path> {
        self.root.as_deref()
    }

    /// Where this file of the system is now. `path` starts with `/`.
    #[must_use]
    pub fn of(&self, path: &str) -> PathBuf {
        match &self.root {
            Some(root) => root.join(path.trim_start_matches('/')),
            None => PathBuf::from(path),
        }
    }

    /// What the system itself will call a file that is here now.
    #[must_use]
    pub fn as_installed(&self, path: &Path) -> PathBuf {
        match self.root.as_ref().and_then(|root| path.strip_prefix(root).ok()) {
            Some(inside) => Path::new("/").join(inside),
            None => path.to_owned(),
        }
    }

    /// The folder of the configuration.
    #[must_use]
    pub fn folder(&self) -> PathBuf {
        self.of("/etc/cardash")
    }

    /// The configuration.
    #[must_use]
    pub fn configuration(&self) -> PathBuf {
        self.of("/etc/cardash/speed.toml")
    }

    /// The folder of a person's own vehicle profiles.
    #[must_use]
    pub fn vehicles(&self) -> PathBuf {
        self.of("/etc/cardash/vehicles")
    }
}
