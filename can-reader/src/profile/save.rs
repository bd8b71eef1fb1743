//! A profile and its DBC file onto the disk; what is there stays as it is.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The two files that were written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saved {
    /// `NAME.toml`
    pub profile: PathBuf,
    /// `NAME.dbc`
    pub dbc: PathBuf,
}

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    /// A file of that name is there.
    #[error("{}: is there already, and no file is written over: give another name, or move it away", .0.display())]
    Exists(PathBuf),
    /// The disk or its permissions.
    #[error("{}: cannot be written: {error}; check the folder, its permissions and its disk", .path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// Not the name of a file.
    #[error("{0:?} is no name for a profile; give one such as `mycar` or `/etc/cardash/vehicles/mycar`")]
    Name(PathBuf),
}

impl Saved {
    /// The two files that `name` stands for: a name or a path, with `.toml` or without.
    ///
    /// # Errors
    /// [`SaveError::Name`].
    pub fn of(name: &Path) -> Result<Self, SaveError> {
        let ending = name.extension().is_some_and(|ending| ending == "toml");
        let base = if ending { name.with_extension("") } else { name.to_owned() };
        let stem = base.file_name().and_then(|stem| stem.to_str()).filter(|stem| !stem.starts_with('.'));
        let Some(stem) = stem.filter(|_| !name.as_os_str().to_string_lossy().ends_with('/')) else {
            return Err(SaveError::Name(name.to_owned()));
        };
        let beside = |ending: &str| base.with_file_name(format!("{stem}.{ending}"));
        Ok(Self { profile: beside("toml"), dbc: beside("dbc") })
    }

    /// What the profile is called: the file's name without its ending.
    #[must_use]
    pub fn name(&self) -> String {
        self.profile.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
    }
}

/// Writes both files, or none.
///
/// # Errors
/// One of them is there already, or cannot be written.
pub fn save(files: &Saved, profile: &str, dbc: &str) -> Result<(), SaveError> {
    for path in [&files.profile, &files.dbc] {
        // Said before anything is begun; a link that leads nowhere is there too.
        if fs::symlink_metadata(path).is_ok() {
            return Err(SaveError::Exists(path.clone()));
        }
    }
    write_new(&files.dbc, dbc)?;
    write_new(&files.profile, profile).inspect_err(|_| {
        // It was made just now, and is of no use alone.
        let _ = fs::remove_file(&files.dbc);
    })
}

fn write_new(path: &Path, text: &str) -> Result<(), SaveError> {
    let file = OpenOptions::new().write(true).create_new(true).open(path);
    let mut file = file.map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => SaveError::Exists(path.to_owned()),
        _ => SaveError::Write { path: path.to_owned(), error },
    })?;
    file.write_all(text.as_bytes()).map_err(|error| {
        let _ = fs::remove_file(path);
        SaveError::Write { path: path.to_owned(), error }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_files_or_none_and_never_over_another() {
        let folder = tempfile::tempdir().unwrap();
        let files = Saved::of(&folder.path().join("car")).unwrap();
        assert_eq!(files, Saved::of(&folder.path().join("car.toml")).unwrap());
        assert_eq!(files.name(), "car");
        fs::write(&files.profile, "mine").unwrap();
        let error = save(&files, "new", "new").unwrap_err().to_string();
        assert!(error.contains("car.toml: is there already"), "{error}");
        assert!(!files.dbc.exists() && fs::read_to_string(&files.profile).unwrap() == "mine");
        fs::remove_file(&files.profile).unwrap();
        save(&files, "a", "b").unwrap();
        assert_eq!(fs::read_to_string(&files.dbc).unwrap(), "b");
        assert!(save(&files, "c", "d").is_err());
        assert_eq!(fs::read_to_string(&files.profile).unwrap(), "a");
    }

    #[test]
    fn a_name_with_a_point_keeps_it_and_no_name_is_refused() {
        assert_eq!(Saved::of(Path::new("v1.2")).unwrap().profile, Path::new("v1.2.toml"));
        for bad in ["", "/", "folder/", ".toml", ".."] {
            assert!(Saved::of(Path::new(bad)).is_err(), "{bad}");
        }
    }
}
