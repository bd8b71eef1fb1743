//! Putting speed.toml in place: whole or not at all, whenever the power is cut.

use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use crate::error::Error;

/// What became of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It had this text already and was not touched.
    Unchanged,
    /// There was none before.
    New,
    /// The one before is kept under this name.
    Replaced(PathBuf),
}

/// Writes `text` to `path`, if it is another than what is there and if `check` finds nothing wrong with the
/// file, which lies beside `path` then.
///
/// # Errors
/// It cannot be written, or it is not right; `path` is as it was.
pub fn install(
    path: &Path,
    text: &str,
    check: impl FnOnce(&Path) -> Result<(), String>,
) -> Result<Outcome, Error> {
    // A link stays a link: what it leads to is replaced.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let failed = |error| Error::File { path: target.clone(), error };
    let before = read(&target)?;
    if before.as_deref() == Some(text) {
        return Ok(Outcome::Unchanged);
    }
    let folder = target.parent().unwrap_or(Path::new("/"));
    fs::create_dir_all(folder).map_err(failed)?;
    let mut new = tempfile::Builder::new().prefix(".speed.toml.").tempfile_in(folder).map_err(failed)?;
    new.write_all(text.as_bytes()).map_err(failed)?;
    new.as_file().set_permissions(fs::Permissions::from_mode(0o644)).map_err(failed)?;
    new.as_file().sync_all().map_err(failed)?;
    check(new.path()).map_err(|words| {
        Error::Configuration(words.replace(&new.path().display().to_string(), &target.display().to_string()))
    })?;
    let outcome = match before {
        Some(before) => Outcome::Replaced(keep(&target, &before).map_err(failed)?),
        None => Outcome::New,
    };
    new.persist(&target).map_err(|error| failed(error.error))?;
    sync(folder).map_err(failed)?;
    Ok(outcome)
}

/// The text of a file; `None` when there is none.
///
/// # Errors
/// It is there and cannot be read.
pub fn read(path: &Path) -> Result<Option<String>, Error> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::File { path: path.to_owned(), error }),
    }
}

/// Keeps the text under the first free name; a copy that is there already will do.
fn keep(path: &Path, text: &str) -> io::Result<PathBuf> {
    let mut number = 1_u32;
    loop {
        let copy = PathBuf::from(format!("{}.bak-{number}", path.display()));
        match File::create_new(&copy) {
            Ok(mut file) => {
                file.write_all(text.as_bytes())?;
                file.sync_all()?;
                return Ok(copy);
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                if fs::read(&copy)? == text.as_bytes() {
                    return Ok(copy);
                }
                number += 1;
            }
            Err(error) => return Err(error),
        }
    }
}

/// The new name is on the card too.
fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_made_left_alone_and_replaced_with_a_copy() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("etc/cardash/speed.toml");
        let good = |_: &Path| Ok(());
        assert_eq!(install(&path, "a = 1\n", good).unwrap(), Outcome::New);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o644);
        let written = fs::metadata(&path).unwrap().modified().unwrap();
        assert_eq!(install(&path, "a = 1\n", |_| panic!("not asked")).unwrap(), Outcome::Unchanged);
        assert_eq!(fs::metadata(&path).unwrap().modified().unwrap(), written);
        let copy = |number| PathBuf::from(format!("{}.bak-{number}", path.display()));
        assert_eq!(install(&path, "a = 2\n", good).unwrap(), Outcome::Replaced(copy(1)));
        assert_eq!(install(&path, "a = 3\n", good).unwrap(), Outcome::Replaced(copy(2)));
        assert_eq!(fs::read_to_string(copy(1)).unwrap(), "a = 1\n");
        assert_eq!(fs::read_to_string(copy(2)).unwrap(), "a = 2\n");
        // To and fro: the copies that are there will do.
        assert_eq!(install(&path, "a = 2\n", good).unwrap(), Outcome::Replaced(copy(3)));
        assert_eq!(install(&path, "a = 3\n", good).unwrap(), Outcome::Replaced(copy(2)));
        let names = fs::read_dir(path.parent().unwrap()).unwrap().count();
        assert_eq!(names, 4, "no temporary file is left");
    }

    #[test]
    fn a_file_that_is_not_right_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("speed.toml");
        fs::write(&path, "old").unwrap();
        let error = install(&path, "new", |file| {
            assert_eq!(fs::read_to_string(file).unwrap(), "new");
            Err(format!("{}:1: wrong", file.display()))
        })
        .unwrap_err();
        assert_eq!(error.to_string(), format!("{}:1: wrong", fs::canonicalize(&path).unwrap().display()));
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_link_stays_a_link() {
        let folder = tempfile::tempdir().unwrap();
        let (link, target) = (folder.path().join("speed.toml"), folder.path().join("true.toml"));
        fs::write(&target, "old").unwrap();
        std::os::unix::fs::symlink(&target, &link).unwrap();
        install(&link, "new", |_| Ok(())).unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(&target).unwrap(), "new");
    }
}
