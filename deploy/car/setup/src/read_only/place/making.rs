//! Making the odometer's place, as a plan: what was counted so far is carried over before anything is mounted over it.

use super::super::plan::install;
use super::super::step::{Step, run};
use super::disks::LABEL;
use super::free::Cut;

/// The unit that mounts it at each start.
pub const UNIT: &str = "cardash-place.service";

/// Where the odometer is.
pub const FOLDER: &str = "/var/lib/cardash";
const BESIDE: &str = "/run/cardash-place";

/// What the plan depends on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Making {
    /// The device.
    pub path: String,
    /// It is to become an ext4 file system; else it is one with the label.
    pub formats: bool,
    /// It is to become a partition first.
    pub cut: Option<Cut>,
    /// The program that does it is installed.
    pub has_mkfs: bool,
    /// The service runs, and is to run on.
    pub service_runs: bool,
}

/// The plan.
#[must_use]
pub fn plan(making: &Making) -> Vec<Step> {
    let mut steps = Vec::new();
    if making.formats {
        if !making.has_mkfs {
            steps.push(install("e2fsprogs"));
        }
        if let Some(cut) = &making.cut {
            steps.push(partition(cut));
            steps.push(settle());
        }
        // -F: a whole disk is meant as well. What is mounted it refuses all the same. Blocks as large as a slot, and tables that
        // are written now: nothing goes on writing later.
        steps.push(run(
            &[
                "mkfs.ext4",
                "-q",
                "-F",
                "-b",
                "4096",
                "-m",
                "0",
                "-E",
                "lazy_itable_init=0,lazy_journal_init=0",
                "-L",
                LABEL,
                &making.path,
            ],
            "Is it still plugged in, and free? `lsblk -f` shows it",
        ));
        steps.push(settle());
    }
    if making.service_runs {
        steps.push(run(&["systemctl", "stop", "speed-service.service"], SYSTEMD));
    }
    // What the place has already is older or newer, but it is what was kept there.
    // A copy that is cut has not the name yet.
    let carry = format!(
        "[ -e {BESIDE}/odometer ] || [ ! -e {FOLDER}/odometer ] || {{ cp --preserve=all {FOLDER}/odometer {BESIDE}/odometer.part && \
         sync {BESIDE}/odometer.part && mv {BESIDE}/odometer.part {BESIDE}/odometer && sync {BESIDE}; }}"
    );
    steps.extend([
        run(&["mkdir", "--parents", FOLDER, BESIDE], "Is the root writable? `findmnt /`"),
        run(
            &["mount", "-t", "ext4", "-o", "nodev,nosuid,noexec", &making.path, BESIDE],
            "`sudo dmesg | tail` says why",
        ),
        run(&["sh", "-c", &carry], "Is there room? `df -h` shows it"),
        Step::Finally { words: ["umount", BESIDE].map(str::to_owned).to_vec() },
        run(&["systemctl", "enable", UNIT], SYSTEMD),
        run(&["systemctl", "restart", UNIT], "`journalctl -u cardash-place -n 20` says why"),
    ]);
    if making.service_runs {
        // Whatever became of the place; and anew, for a call on the bus may have started it meanwhile.
        let words = ["systemctl", "restart", "speed-service.service"].map(str::to_owned).to_vec();
        steps.push(Step::Finally { words });
    }
    steps
}

/// One more entry in the disk's table, by a number that is free; the others stay as they are.
fn partition(cut: &Cut) -> Step {
    let Cut { disk, number, start, sectors } = cut;
    let script = format!(
        "echo \"start={start}, size={sectors}\" | sfdisk --quiet --no-reread --partno {number} {disk}"
    );
    run(
        &["sh", "-c", &script],
        "`lsblk` shows whether the partition is there. If not, make one of 64 MiB by hand (`sudo fdisk DISK`), and start this again",
    )
}

fn settle() -> Step {
    run(&["udevadm", "settle"], "Is udev running? `systemctl status systemd-udevd`")
}

const SYSTEMD: &str = "`journalctl -u speed-service -u cardash-place -n 20` says more; then start this again";

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(formats: bool, service_runs: bool) -> Vec<String> {
        let making =
            Making { path: "/dev/sda1".to_owned(), formats, cut: None, has_mkfs: true, service_runs };
        plan(&making).iter().map(Step::shown).collect()
    }

    #[test]
    fn the_odometer_is_carried_over_before_the_place_is_mounted_over_it() {
        let steps = shown(true, true);
        let at = |words: &str| {
            steps
                .iter()
                .position(|step| step.contains(words))
                .unwrap_or_else(|| panic!("{words}: {steps:#?}"))
        };
        let order = [
            "mkfs.ext4",
            "udevadm settle",
            "stop speed-service",
            "mount -t ext4",
            "cp --preserve",
            "umount",
            "enable",
            "restart cardash-place",
            "restart speed-service",
        ];
        assert!(order.windows(2).all(|pair| at(pair[0]) < at(pair[1])), "{steps:#?}");
        assert!(steps[0].ends_with("-L CARDASH /dev/sda1"), "{}", steps[0]);
    }

    #[test]
    fn a_partition_is_made_before_it_is_formatted() {
        let cut = Cut { disk: "/dev/mmcblk0".to_owned(), number: 3, start: 49152, sectors: 131_072 };
        let path = "/dev/mmcblk0p3".to_owned();
        let making = Making { path, formats: true, cut: Some(cut), has_mkfs: false, service_runs: false };
        let steps: Vec<_> = plan(&making).iter().map(Step::shown).collect();
        assert!(steps[0].ends_with("install --yes --no-install-recommends e2fsprogs"), "{steps:#?}");
        assert!(
            steps[1].contains("start=49152, size=131072") && steps[1].contains("--partno 3 /dev/mmcblk0"),
            "{steps:#?}"
        );
        assert_eq!(steps[2], "udevadm settle");
        assert!(steps[3].starts_with("mkfs.ext4") && steps[3].ends_with(" /dev/mmcblk0p3"), "{steps:#?}");
    }

    #[test]
    fn what_has_the_label_is_never_formatted() {
        for service_runs in [true, false] {
            let steps = shown(false, service_runs);
            assert!(!steps.iter().any(|step| step.contains("mkfs")), "{steps:#?}");
            assert_eq!(
                steps.iter().filter(|step| step.contains("speed-service")).count(),
                2 * usize::from(service_runs)
            );
        }
    }

    #[test]
    fn the_copy_leaves_what_is_kept_there_already() {
        let folder = tempfile::tempdir().unwrap();
        let steps = shown(false, false);
        let script = steps.iter().find(|step| step.contains("cp --preserve")).unwrap();
        let script = script.trim_start_matches("sh -c ").trim_matches('\'');
        let [card, place] = ["card", "place"].map(|name| folder.path().join(name));
        [&card, &place].into_iter().for_each(|folder| std::fs::create_dir(folder).unwrap());
        let script = script.replace(BESIDE, place.to_str().unwrap()).replace(FOLDER, card.to_str().unwrap());
        let copy =
            || assert!(std::process::Command::new("sh").args(["-c", &script]).status().unwrap().success());
        copy();
        assert!(!place.join("odometer").exists(), "there is none yet");
        std::fs::write(card.join("odometer"), "old").unwrap();
        copy();
        assert_eq!(std::fs::read_to_string(place.join("odometer")).unwrap(), "old");
        std::fs::write(card.join("odometer"), "another").unwrap();
        copy();
        assert_eq!(std::fs::read_to_string(place.join("odometer")).unwrap(), "old");
    }
}
