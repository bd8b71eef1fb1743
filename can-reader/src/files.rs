//! Reading small files that people name: configurations, profiles, DBC files.

use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::FileTypeExt;
use std::path::Path;

/// More than any profile or DBC file has: the largest public DBC files have 3 MB.
const MAX_BYTES: u64 = 64 << 20;

/// The whole of a file.
///
/// # Errors
/// Those of opening and reading, and [`io::ErrorKind::InvalidInput`] for what could hold the reader up
/// for ever: a named pipe, a socket, a disk, a device other than `/dev/null`, or a file of over 64 MiB.
pub fn read(path: &Path) -> io::Result<Vec<u8>> {
    let refused = |why: &str| Err(io::Error::new(io::ErrorKind::InvalidInput, why));
    let kind = std::fs::metadata(path)?.file_type();
    let endless = kind.is_char_device() && path != Path::new("/dev/null");
    if kind.is_fifo() || kind.is_socket() || kind.is_block_device() || endless {
        return refused("it is no regular file; copy what it gives into one");
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_BYTES {
        return refused("it has more than 64 MiB; is it the right file?");
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_never_ends_is_refused() {
        for path in ["/dev/zero", "/dev/tty"] {
            assert!(read(Path::new(path)).is_err(), "{path}");
        }
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        assert_eq!(read(&pipe).unwrap_err().kind(), io::ErrorKind::InvalidInput);
        assert_eq!(read(Path::new("/dev/null")).unwrap(), b"");
        assert!(read(folder.path()).is_err());
    }
}
