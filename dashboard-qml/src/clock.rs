//! Whether the system's clock is right enough to be shown.

use std::path::Path;

/// Whether it was set: by the network (systemd-timesyncd leaves a file), or at the start of the kernel from a clock that
/// runs on without power. Else it stands where the last shutdown left it, as on a Pi without such a clock.
///
/// `root` is `/`.
pub(crate) fn is_set(root: &Path) -> bool {
    if root.join("run/systemd/timesync/synchronized").exists() {
        return true;
    }
    let Ok(clocks) = std::fs::read_dir(root.join("sys/class/rtc")) else { return false };
    clocks.flatten().any(|clock| {
        std::fs::read_to_string(clock.path().join("hctosys")).is_ok_and(|used| used.trim() == "1")
    })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_clock_is_set_by_the_network_or_by_one_that_runs_on() {
        let root = tempfile::tempdir().unwrap();
        assert!(!is_set(root.path()));
        let rtc = root.path().join("sys/class/rtc/rtc0");
        fs::create_dir_all(&rtc).unwrap();
        fs::write(rtc.join("hctosys"), "0\n").unwrap();
        assert!(!is_set(root.path()));
        fs::write(rtc.join("hctosys"), "1\n").unwrap();
        assert!(is_set(root.path()));
        fs::remove_dir_all(root.path().join("sys")).unwrap();
        fs::create_dir_all(root.path().join("run/systemd/timesync")).unwrap();
        fs::write(root.path().join("run/systemd/timesync/synchronized"), "").unwrap();
        assert!(is_set(root.path()));
    }
}
