//! What this machine is, as far as a read-only root depends on it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where overlayroot puts the card itself while its overlay is on.
pub const CARD: &str = "/media/root-ro";
/// The owner's settings of overlayroot, which is the switch of it all.
pub const SETTINGS: &str = "/etc/overlayroot.local.conf";

/// What lies over the root.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Overlay {
    /// Nothing: what is written is on the card.
    #[default]
    None,
    /// overlayroot's, in memory.
    Memory,
    /// Another; the words say which.
    Other(String),
}

/// How the machine starts before its root is there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Initramfs {
    /// initramfs-tools makes it.
    pub has_tools: bool,
    /// The one for the running kernel.
    pub image: Option<PathBuf>,
    /// overlayroot is in that one.
    pub has_overlayroot: bool,
}

/// Raspberry Pi OS, which has commands of its own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Raspberry {
    /// Where the boot partition is mounted: `/boot/firmware`, or `/boot` on old cards.
    pub boot: String,
    /// The kernel's command line for the next start.
    pub command_line: String,
}

impl Raspberry {
    /// The file of the kernel's command line.
    #[must_use]
    pub fn file(&self) -> String {
        format!("{}/cmdline.txt", self.boot)
    }
}

/// The machine.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Machine {
    /// `ID` of os-release.
    pub id: String,
    /// `VERSION_ID` of os-release.
    pub version: String,
    /// Kind of the root file system, such as `ext4`.
    pub root_kind: String,
    /// What lies over it.
    pub overlay: Overlay,
    /// The command line of the kernel that runs.
    pub command_line: String,
    /// The card's own `/etc/fstab`.
    pub fstab: String,
    /// All memory, KiB.
    pub memory_kib: u64,
    /// How it starts.
    pub initramfs: Initramfs,
    /// The package overlayroot is installed.
    pub has_overlayroot: bool,
    /// The card's own settings of overlayroot.
    pub settings: Option<String>,
    /// Those that come with the package.
    pub packaged_settings: Option<String>,
    /// The drop-in for systemd-remount-fs on the card.
    pub drop_in: Option<String>,
    /// Set where it is Raspberry Pi OS.
    pub raspberry: Option<Raspberry>,
}

impl Machine {
    /// Looks at the machine whose root folder this is: `/`, or one for a test.
    #[must_use]
    pub fn look(root: &Path) -> Self {
        let text = |path: &str| fs::read_to_string(root.join(path.trim_start_matches('/')));
        let release = text("etc/os-release").unwrap_or_default();
        let mounts = text("proc/mounts").unwrap_or_default();
        let overlay = overlay(&mounts);
        let card = if overlay == Overlay::Memory { CARD } else { "" };
        let on_card = |path: &str| text(&format!("{card}{path}")).ok();
        let kernel = text("proc/sys/kernel/osrelease").unwrap_or_default();
        let image = PathBuf::from(format!("/boot/initrd.img-{}", kernel.trim()));
        let inside = |path: &Path| root.join(path.strip_prefix("/").unwrap_or(path));
        Self {
            id: value(&release, "ID"),
            version: value(&release, "VERSION_ID"),
            root_kind: mount_of(&mounts, "/").map(|(_, kind)| kind.to_owned()).unwrap_or_default(),
            overlay,
            command_line: text("proc/cmdline").unwrap_or_default().trim().to_owned(),
            fstab: on_card("/etc/fstab").unwrap_or_default(),
            memory_kib: memory(&text("proc/meminfo").unwrap_or_default()),
            initramfs: Initramfs {
                has_tools: inside(Path::new("/usr/sbin/update-initramfs")).exists(),
                has_overlayroot: inside(&image).exists() && has_overlayroot(&image),
                image: inside(&image).exists().then_some(image),
            },
            has_overlayroot: inside(Path::new("/usr/share/initramfs-tools/scripts/init-bottom/overlayroot"))
                .exists(),
            settings: on_card(SETTINGS),
            packaged_settings: on_card("/etc/overlayroot.conf"),
            drop_in: on_card(super::plan::DROP_IN),
            raspberry: inside(Path::new("/usr/bin/raspi-config"))
                .exists()
                .then(|| raspberry(&text))
                .flatten(),
        }
    }

    /// The folder of the card itself: what is written below it is there after the next start.
    #[must_use]
    pub fn card(&self) -> &'static Path {
        Path::new(if self.overlay == Overlay::Memory { CARD } else { "/" })
    }
}

fn raspberry(text: &impl Fn(&str) -> std::io::Result<String>) -> Option<Raspberry> {
    ["/boot/firmware", "/boot"].iter().find_map(|boot| {
        let command_line = text(&format!("{boot}/cmdline.txt")).ok()?;
        Some(Raspberry { boot: (*boot).to_owned(), command_line: command_line.trim().to_owned() })
    })
}

/// `KEY=value` or `KEY="value"` of a shell's file.
fn value(text: &str, key: &str) -> String {
    let of = |line: &str| line.trim().strip_prefix(key)?.strip_prefix('=').map(unquoted);
    text.lines().filter_map(of).next_back().unwrap_or_default()
}

fn unquoted(word: &str) -> String {
    word.split(" #").next().unwrap_or_default().trim().trim_matches(['"', '\'']).to_owned()
}

/// What `overlayroot=` is set to in a text of settings, if it is to do something.
#[must_use]
pub fn active(settings: Option<&str>) -> Option<String> {
    let value = value(settings?, "overlayroot");
    (!value.is_empty() && value != "disabled").then_some(value)
}

/// What a kernel's command line says of overlayroot, if it is to do something.
#[must_use]
pub fn asked_for(command_line: &str) -> Option<&str> {
    let mut words = command_line.split_whitespace().filter_map(|word| word.strip_prefix("overlayroot="));
    words.next_back().filter(|value| !value.is_empty() && *value != "disabled")
}

/// Source and kind of what is mounted in a place (proc(5): mounts); the newest counts.
#[must_use]
pub fn mount_of<'a>(mounts: &'a str, place: &str) -> Option<(&'a str, &'a str)> {
    mounts.lines().rev().find_map(|line| {
        let mut words = line.split(' ');
        let source = words.next()?;
        (words.next()? == place).then(|| Some((source, words.next()?)))?
    })
}

/// What lies over the root by these mounts.
#[must_use]
pub fn overlay(mounts: &str) -> Overlay {
    match mount_of(mounts, "/") {
        Some(("overlayroot", "overlay")) => match mount_of(mounts, "/media/root-rw") {
            Some((_, "tmpfs")) => Overlay::Memory,
            _ => Overlay::Other("overlayroot's, which keeps what is written on a device".to_owned()),
        },
        Some((source, "overlay" | "aufs")) => Overlay::Other(format!("one called {source}")),
        _ => Overlay::None,
    }
}

fn memory(meminfo: &str) -> u64 {
    let total = meminfo.lines().find_map(|line| line.strip_prefix("MemTotal:"));
    total.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or_default()
}

fn has_overlayroot(image: &Path) -> bool {
    let output = Command::new("lsinitramfs").arg(image).output();
    output.is_ok_and(|output| {
        String::from_utf8_lossy(&output.stdout).contains("scripts/init-bottom/overlayroot")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: &str = "\
sysfs /sys sysfs rw 0 0
/dev/mmcblk0p2 / ext4 rw,noatime 0 0
/dev/mmcblk0p1 /boot/firmware vfat rw 0 0
";
    const IN_MEMORY: &str = "\
/dev/vda /media/root-ro ext4 ro,relatime 0 0
tmpfs-root /media/root-rw tmpfs rw,relatime 0 0
overlayroot / overlay rw,relatime,lowerdir=/media/root-ro,upperdir=/media/root-rw/overlay,workdir=/w 0 0
";

    fn machine(files: &[(&str, &str)]) -> Machine {
        let root = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        Machine::look(root.path())
    }

    #[test]
    fn an_overlay_is_known_by_what_lies_over_the_root() {
        assert_eq!(overlay(PLAIN), Overlay::None);
        assert_eq!(overlay(IN_MEMORY), Overlay::Memory);
        let on_a_stick =
            IN_MEMORY.replace("tmpfs-root /media/root-rw tmpfs", "/dev/sda1 /media/root-rw ext4");
        assert!(matches!(overlay(&on_a_stick), Overlay::Other(words) if words.contains("on a device")));
        let container = "overlay / overlay rw,lowerdir=/a:/b,upperdir=/c,workdir=/d 0 0\n";
        assert!(matches!(overlay(container), Overlay::Other(words) if words.contains("called overlay")));
    }

    #[test]
    fn settings_and_command_lines_are_read_as_overlayroot_reads_them() {
        assert_eq!(active(None), None);
        for off in [
            "",
            "overlayroot=\"\"\n",
            "overlayroot='disabled'\n",
            "# overlayroot=\"tmpfs\"\n",
            "overlayroot_cfgdisk=\"x\"\n",
        ] {
            assert_eq!(active(Some(off)), None, "{off:?}");
        }
        assert_eq!(
            active(Some("overlayroot=\"\"\noverlayroot=\"tmpfs:swap=1\" # mine\n")).unwrap(),
            "tmpfs:swap=1"
        );
        assert_eq!(asked_for("console=tty1 overlayroot=tmpfs root=/dev/vda"), Some("tmpfs"));
        assert_eq!(asked_for("overlayroot=tmpfs overlayroot=disabled"), None, "the last one counts");
        assert_eq!(asked_for("root=/dev/vda"), None);
    }

    #[test]
    fn an_open_card_is_looked_at_where_it_is() {
        let seen = machine(&[
            ("etc/os-release", "NAME=\"Debian\"\nID=debian\nVERSION_ID=\"13\"\n"),
            ("proc/mounts", PLAIN),
            ("proc/meminfo", "MemTotal:        1000000 kB\nMemFree: 1 kB\n"),
            ("proc/sys/kernel/osrelease", "6.12.0-arm64\n"),
            ("boot/initrd.img-6.12.0-arm64", "no archive"),
            ("usr/sbin/update-initramfs", ""),
            ("usr/bin/raspi-config", ""),
            ("boot/firmware/cmdline.txt", "console=tty1 root=PARTUUID=1-02\n"),
            ("etc/fstab", "proc /proc proc defaults 0 0\n"),
        ]);
        assert_eq!(
            (seen.id.as_str(), seen.version.as_str(), seen.root_kind.as_str()),
            ("debian", "13", "ext4")
        );
        assert_eq!(
            (seen.memory_kib, &seen.overlay, seen.card()),
            (1_000_000, &Overlay::None, Path::new("/"))
        );
        assert!(
            seen.initramfs.has_tools && seen.initramfs.image.is_some() && !seen.initramfs.has_overlayroot
        );
        let raspberry = seen.raspberry.expect("raspi-config is there");
        assert_eq!(raspberry.file(), "/boot/firmware/cmdline.txt");
        assert_eq!(raspberry.command_line, "console=tty1 root=PARTUUID=1-02");
    }

    #[test]
    fn a_closed_card_is_looked_at_below_its_overlay() {
        let seen = machine(&[
            ("proc/mounts", IN_MEMORY),
            ("etc/overlayroot.local.conf", "overlayroot=\"\"\n"),
            ("media/root-ro/etc/overlayroot.local.conf", "overlayroot=\"tmpfs\"\n"),
            ("etc/fstab", "changed by overlayroot\n"),
            ("media/root-ro/etc/fstab", "the card's own\n"),
        ]);
        assert_eq!(active(seen.settings.as_deref()).as_deref(), Some("tmpfs"));
        assert_eq!((seen.fstab.as_str(), seen.card()), ("the card's own\n", Path::new("/media/root-ro")));
    }
}
