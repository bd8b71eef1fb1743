//! The file that the slots are in.
//!
//! Made once, beside its place, and put there whole: a file that is there and has no whole slot is damaged, and never just
//! begun. After that its two slots are written where they are, so that nothing of the file system changes with them: no
//! length, no name, no block. They are 4 MiB apart, in blocks that a card erases at different times as far as a file can tell.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use super::record::{Record, SLOT};
use super::slots::{Medium, Slots, Unusable};

/// From the start of one slot to that of the other.
const APART: u64 = 4 << 20;

/// Why a file cannot be used. Each is the end of a sentence that begins with its name.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// Another process has it.
    #[error("another speed service has it; that one counts")]
    Locked,
    /// What is in it.
    #[error(transparent)]
    Unusable(#[from] Unusable),
    /// There is no folder for it.
    #[error("there is no folder for it; the unit speed-service.service makes /var/lib/cardash")]
    NoFolder,
    /// The storage.
    #[error("{}", words(.0))]
    Io(#[from] io::Error),
}

/// An open file: nobody else writes to it.
#[derive(Debug)]
pub struct Lying(File);

/// Opens the file and takes its lock; `None` where there is none yet.
///
/// # Errors
/// It cannot be used.
pub fn open(path: &Path) -> Result<Option<(Slots<Lying>, Record)>, FileError> {
    let file = match OpenOptions::new().read(true).write(true).open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return if folder(path).is_dir() { Ok(None) } else { Err(FileError::NoFolder) };
        }
        Err(error) => return Err(error.into()),
    };
    lock(&file)?;
    Ok(Some(Slots::open(Lying(file))?))
}

/// What is in a file that another service has; it may be about to write.
pub fn glimpse(path: &Path) -> Option<Record> {
    let file = File::open(path).ok()?;
    Slots::open(Lying(file)).ok().map(|(_, record)| record)
}

/// Makes the file with this record in both slots. What was there before is replaced in one step.
///
/// # Errors
/// It cannot be made.
pub fn create(path: &Path, record: &Record) -> Result<Slots<Lying>, FileError> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let beside = PathBuf::from(beside);
    let options = OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o644).clone();
    let file = options.open(&beside)?;
    lock(&file)?;
    let made = (|| {
        let slots = Slots::create(Lying(file), record)?;
        fs::rename(&beside, path)?;
        // Else the name itself may not outlive a power cut.
        File::open(folder(path))?.sync_all()?;
        Ok(slots)
    })();
    if made.is_err() {
        // Half of it takes room on a card that may have none.
        let _ = fs::remove_file(&beside);
    }
    made
}

/// One writer, also where the file is reached by another name. It ends with the process, however that ends.
fn lock(file: &File) -> Result<(), FileError> {
    match file.try_lock() {
        Ok(()) => Ok(()),
        Err(TryLockError::WouldBlock) => Err(FileError::Locked),
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

impl Medium for Lying {
    fn read(&mut self, slot: usize) -> io::Result<[u8; SLOT]> {
        let mut bytes = [0; SLOT];
        let mut filled = 0;
        while let Some(rest) = bytes.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            match self.0.read_at(rest, slot as u64 * APART + filled as u64) {
                Ok(0) => break,
                Ok(count) => filled += count,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(bytes)
    }

    fn write(&mut self, slot: usize, bytes: &[u8; SLOT]) -> io::Result<()> {
        self.0.write_all_at(bytes, slot as u64 * APART)
    }

    fn sync(&mut self) -> io::Result<()> {
        // With the length where that has changed (fdatasync(2)), and without the time of the last change.
        self.0.sync_data()
    }
}

/// What the system says, with a remedy where there is one.
fn words(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::ReadOnlyFilesystem => {
            "its file system is read-only; `zless /usr/share/doc/cardash-service/read-only-root.md.gz` says how to give it a place".to_owned()
        }
        ErrorKind::StorageFull => "there is no space left for it; make room".to_owned(),
        ErrorKind::PermissionDenied => format!("this user may not write it ({error})"),
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_made_whole_and_has_one_writer() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("odometer");
        assert!(open(&path).unwrap().is_none());
        let mut record = Record::default();
        record.counts[0].micrometres = 5;
        let mut slots = create(&path, &record).unwrap();
        assert!(matches!(open(&path), Err(FileError::Locked)));
        record.counts[0].micrometres = 6;
        slots.write(&record).unwrap();
        drop(slots);
        assert_eq!(open(&path).unwrap().unwrap().1, record);
        let names: Vec<_> =
            fs::read_dir(folder.path()).unwrap().map(|name| name.unwrap().file_name()).collect();
        assert_eq!(names, ["odometer"]);
    }

    #[test]
    fn an_empty_file_is_not_a_new_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("odometer");
        File::create(&path).unwrap();
        let error = open(&path).unwrap_err().to_string();
        assert!(error.contains("both of its slots are damaged"), "{error}");
    }

    #[test]
    fn without_a_folder_that_is_said() {
        assert!(matches!(open(Path::new("/nonexistent/cardash/odometer")), Err(FileError::NoFolder)));
    }
}
