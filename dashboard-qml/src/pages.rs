//! Keeps what the program has used of its files in memory.
//!
//! When memory is short, the kernel first drops pages that it can read again: those of programs. From a card that takes
//! longer than a number may stand without a sign of life.

use std::ops::Range;

use nix::errno::Errno;
use nix::libc;

/// Keeps the pages of this program and its libraries that have been used, and those that will be. On a thread of its own:
/// it takes some milliseconds.
///
/// Not `mlockall`: Qt's JavaScript engine gives memory back with `MADV_DONTNEED` and relies on finding zeros there later,
/// which the kernel refuses where memory is locked.
pub(crate) fn keep() {
    // Without it all goes on as before.
    let _ = std::thread::Builder::new().name("keep pages".to_owned()).spawn(keep_now);
}

fn keep_now() {
    let Ok(maps) = std::fs::read_to_string("/proc/self/maps") else { return };
    for range in maps.lines().filter_map(of_a_file) {
        // What the limit does not allow is done without: on a desktop it is small.
        let _ = lock(&range);
    }
}

/// The addresses of a line of `/proc/self/maps`, if it is of a file, and read only: what could be dropped and read again.
fn of_a_file(line: &str) -> Option<Range<usize>> {
    let mut words = line.split_ascii_whitespace();
    let (from, to) = words.next()?.split_once('-')?;
    let rights = words.next()?;
    let path = words.nth(3)?;
    let droppable = rights.starts_with('r') && rights[1..].starts_with('-') && rights.ends_with('p');
    let is_file = path.starts_with('/') && !path.starts_with("/dev/") && !path.starts_with("/memfd:");
    if !droppable || !is_file {
        return None;
    }
    Some(usize::from_str_radix(from, 16).ok()?..usize::from_str_radix(to, 16).ok()?)
}

#[allow(unsafe_code)]
fn lock(range: &Range<usize>) -> nix::Result<()> {
    // SAFETY: the kernel reads and writes nothing there; where nothing is mapped any more it says so.
    let answer =
        unsafe { libc::mlock2(range.start as *const libc::c_void, range.len(), libc::MLOCK_ONFAULT) };
    Errno::result(answer).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_can_be_read_again_is_kept() {
        let range = Some(0x55d0_0000..0x55d0_3000);
        assert_eq!(of_a_file("55d00000-55d03000 r-xp 00001000 fe:00 1234    /usr/bin/dashboard-qml"), range);
        assert_eq!(
            of_a_file("55d00000-55d03000 r--p 00000000 fe:00 1234    /usr/lib/a b.so (deleted)"),
            range
        );
        for other in [
            "55d00000-55d03000 rw-p 00001000 fe:00 1234    /usr/bin/dashboard-qml",
            "55d00000-55d03000 rw-s 00000000 00:05 77      /dev/fb0",
            "55d00000-55d03000 r--s 00000000 fe:00 77      /var/cache/fontconfig/x",
            "55d00000-55d03000 rw-p 00000000 00:00 0       [heap]",
            "55d00000-55d03000 r-xp 00000000 00:01 77      /memfd:JITCode:QtQml (deleted)",
            "7ffd0000-7ffd3000 r-xp 00000000 00:00 0       [vdso]",
            "55d00000-55d03000 r--p 00000000 00:00 0",
            "",
        ] {
            assert_eq!(of_a_file(other), None, "{other}");
        }
    }

    #[test]
    fn this_program_is_kept() {
        let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
        let ours = maps.lines().find(|line| line.contains("r-xp") && line.contains("dashboard_qml")).unwrap();
        let range = of_a_file(ours).unwrap();
        // Less than what anybody may lock.
        lock(&(range.start..range.start + 4096)).unwrap();
        let status = std::fs::read_to_string("/proc/self/smaps").unwrap();
        let flags = status.lines().filter(|line| line.starts_with("VmFlags:"));
        assert!(
            flags.into_iter().any(|flags| flags.split(' ').any(|flag| flag == "lo")),
            "no page is locked"
        );
    }
}
