//! The recording of a drive that came to no profile: kept, if the person wants that.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::record::Record;
use crate::error::Error;
use crate::talk::Talk;

/// Offers to keep the recording in this folder; what the way without a profile then ends with. `end`: what it would end with.
pub(super) async fn offer(talk: &mut Talk, record: &Record, folder: Option<&Path>, end: Error) -> Error {
    let folder = folder.filter(|_| record.traffic().frames() > 0);
    // Without an answer there is nobody to be asked.
    let (Some(folder), false) = (folder, matches!(end, Error::NoAnswer)) else { return end };
    let path = free_path(folder);
    let shown = path.display().to_string();
    talk.forget_typed_ahead();
    let question = format!("\nKeep the recording of the drive, as {shown}?");
    if !talk.confirm(&question, false).await.unwrap_or(false) {
        return end;
    }
    if let Err(error) = keep(record, &path) {
        talk.say(&format!("It is not kept: {}.", Error::File { path, error }));
        return end;
    }
    talk.say(&format!(
        "Written: {shown}.\n\
         \x20   to search it once more:  can-reader discover {shown}\n\
         \x20   before you post it:      can-reader convert --share {shown} shared.log"
    ));
    match end {
        Error::Declined => Error::NothingFound("stopped as you wished".to_owned()),
        other => other,
    }
}

/// The first name that is free: `drive.log`, `drive-2.log` and so on.
fn free_path(folder: &Path) -> PathBuf {
    let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    let mut number = 1_u32;
    loop {
        let name = if number == 1 { "drive.log".to_owned() } else { format!("drive-{number}.log") };
        let path = folder.join(name);
        if fs::symlink_metadata(&path).is_err() {
            return path;
        }
        number += 1;
    }
}

/// Whole, or not at all.
fn keep(record: &Record, path: &Path) -> io::Result<()> {
    let mut out = BufWriter::new(File::create_new(path)?);
    let written = record.write(&mut out).and_then(|()| out.flush()).and_then(|()| out.get_ref().sync_all());
    written.inspect_err(|_| drop(fs::remove_file(path)))
}

#[cfg(test)]
mod tests {
    use can_reader::{Frame, FrameId, FrameKind, Payload, SourceTime, Stamp};

    use super::*;

    /// Three frames, one of them of CAN FD.
    fn record() -> Record {
        let mut record = Record::new("can0");
        let frames = [
            (0x300, FrameKind::Classical, 5000),
            (0x100, FrameKind::Fd, 5010),
            (0x300, FrameKind::Classical, 5020),
        ];
        for (id, kind, ms) in frames {
            let stamp = Stamp { wall_us: 1_700_000_000_000_000 + ms * 1000, at: SourceTime::from_millis(ms) };
            let payload = Payload::new(&[0xAB, 0xCD]).unwrap();
            record.frame("can0", &Frame { stamp, id: FrameId::Standard(id), kind, payload });
        }
        record
    }

    #[tokio::test]
    async fn a_drive_without_a_profile_can_be_kept_as_candump_has_it() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["drive.log", "drive-2.log"] {
            let mut talk = Talk::scripted(&["y"]);
            let end = offer(&mut talk, &record(), Some(folder.path()), Error::Declined).await.to_string();
            assert_eq!(end, "no profile was written: stopped as you wished");
            let text = fs::read_to_string(folder.path().join(name)).unwrap();
            assert_eq!(
                text,
                "(1700000005.000000) can0 300#ABCD\n(1700000005.010000) can0 100##0ABCD\n(1700000005.020000) can0 300#ABCD\n"
            );
            assert!(talk.said().contains(&format!("{name} shared.log")), "{}", talk.said());
        }
    }

    #[tokio::test]
    async fn it_is_kept_only_where_somebody_says_so() {
        let folder = tempfile::tempdir().unwrap();
        for answers in [["n"].as_slice(), &[""], &[]] {
            let end =
                offer(&mut Talk::scripted(answers), &record(), Some(folder.path()), Error::Declined).await;
            assert!(matches!(end, Error::Declined), "{end}");
        }
        let unasked = [
            (record(), Some(folder.path()), Error::NoAnswer),
            (record(), None, Error::Declined),
            (Record::default(), Some(folder.path()), Error::Declined),
        ];
        for (record, folder, end) in unasked {
            let mut talk = Talk::scripted(&["y"]);
            offer(&mut talk, &record, folder, end).await;
            assert_eq!(talk.said(), "");
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        // Where it cannot be written the end is what it was, and it says so.
        let mut talk = Talk::scripted(&["y"]);
        let end = offer(&mut talk, &record(), Some(&folder.path().join("none")), Error::Declined).await;
        assert!(
            matches!(end, Error::Declined) && talk.said().contains("It is not kept: "),
            "{}",
            talk.said()
        );
    }
}
