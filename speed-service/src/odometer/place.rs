//! Where the odometer is kept, and whether that outlives a power cut.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use can_reader::source::is_virtual_can;

use crate::config::{Bus, Settings, SourceChoice};

/// The file in the folder that systemd makes for the service (`StateDirectory=`).
const NAME: &str = "odometer";

/// Where to keep it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// Nowhere, and why.
    Nowhere(&'static str),
    /// In this file.
    File {
        /// Its path.
        path: PathBuf,
        /// The interfaces that are read.
        interfaces: Vec<String>,
        /// It was named on the command line: then a virtual CAN interface counts too, as tests want it.
        named: bool,
    },
}

impl Place {
    /// Only what a car drives is kept.
    #[must_use]
    pub fn of(settings: &Settings, named: Option<&Path>) -> Self {
        Self::with(settings, named, std::env::var_os("STATE_DIRECTORY").map(PathBuf::from))
    }

    fn with(settings: &Settings, named: Option<&Path>, state: Option<PathBuf>) -> Self {
        let interfaces = match &settings.source.value {
            SourceChoice::Can(names) => names.clone(),
            SourceChoice::Replay(_) => {
                return Self::Nowhere("a log is replayed, and that is not this car's distance");
            }
            SourceChoice::Simulate => return Self::Nowhere("the car is simulated"),
        };
        if let Some(path) = named {
            return Self::File { path: path.to_owned(), interfaces, named: true };
        }
        if settings.bus.value == Bus::Session {
            return Self::Nowhere("this is a session bus; name a file with --odometer to keep it there");
        }
        // systemd separates several by colons; the unit has one.
        match state.filter(|folder| folder.is_absolute()) {
            Some(folder) => Self::File { path: folder.join(NAME), interfaces, named: false },
            None => Self::Nowhere(
                "there is no place for it: start the unit speed-service.service, which has one, or name a file with --odometer",
            ),
        }
    }

    /// Why what is counted now must not be kept: the first interface that no car is behind.
    #[must_use]
    pub fn refusal(&self) -> Option<String> {
        let Self::File { interfaces, named: false, .. } = self else { return None };
        let name = interfaces.iter().find(|name| is_virtual_can(name))?;
        Some(format!("{name} is a virtual CAN interface, and no car is behind it"))
    }
}

/// Why a file in the folder of `path` does not outlive a power cut, as far as the system tells.
#[must_use]
pub fn forgets(path: &Path) -> Option<String> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mounts = fs::read_to_string("/proc/self/mountinfo").ok()?;
    forgets_by(&mounts, &device(folder)?, device)
}

const REMEDY: &str = "gone after a power cut; `zless /usr/share/doc/cardash-service/read-only-root.md.gz` says how to give it a place";

fn forgets_by(mounts: &str, device: &str, device_of: impl Fn(&Path) -> Option<String>) -> Option<String> {
    let (kind, options) = mount(mounts, device)?;
    match kind {
        "tmpfs" | "ramfs" => Some(format!("it lies in memory ({kind}) and is {REMEDY}")),
        "overlay" => {
            let upper = options.split(',').find_map(|option| option.strip_prefix("upperdir="))?;
            // What is written lies there. After the start of the machine that may be out of sight.
            match device_of(Path::new(upper)).and_then(|device| mount(mounts, &device)) {
                Some((kind, _)) if !matches!(kind, "tmpfs" | "ramfs") => None,
                Some(_) => Some(format!("it lies in an overlay in memory and is {REMEDY}")),
                None => Some(format!("it lies in an overlay, which may be memory and then {REMEDY}")),
            }
        }
        _ => None,
    }
}

/// Kind and options of the newest mount of a device (proc(5): mountinfo).
fn mount<'a>(mounts: &'a str, device: &str) -> Option<(&'a str, &'a str)> {
    mounts.lines().rev().find_map(|line| {
        let (place, what) = line.split_once(" - ")?;
        let mut what = what.split(' ');
        (place.split(' ').nth(2) == Some(device)).then(|| Some((what.next()?, what.nth(1)?)))?
    })
}

fn device(path: &Path) -> Option<String> {
    let device = fs::metadata(path).ok()?.dev();
    // As glibc's makedev(3) packs them.
    let major = (device >> 8 & 0xFFF) | (device >> 32 & !0xFFF);
    let minor = (device & 0xFF) | (device >> 12 & !0xFF);
    Some(format!("{major}:{}", minor & 0xFFFF_FFFF))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::Cli;
    use crate::config::Layer;

    fn place(arguments: &[&str], named: Option<&str>, state: Option<&str>) -> Place {
        use clap::Parser as _;
        let all = ["speed-service", "--vehicle", "simulator"].iter().chain(arguments);
        let cli = Cli::parse_from(all);
        let settings = Settings::resolve(vec![Layer::from_command_line(&cli)], Vec::new()).unwrap();
        Place::with(&settings, named.map(Path::new), state.map(PathBuf::from))
    }

    fn is_kept(place: &Place) -> bool {
        matches!(place, Place::File { .. })
    }

    #[test]
    fn only_a_car_is_kept() {
        let (file, state) = (Some("/tmp/odometer"), Some("/var/lib/cardash"));
        assert!(is_kept(&place(&["--can", "can0", "--bus", "system"], None, state)));
        assert!(is_kept(&place(&["--can", "can0"], file, None)));
        for (arguments, named) in [
            (&["--can", "can0"][..], None),
            (&["--simulate", "--bus", "system"], None),
            (&["--simulate", "--bus", "system"], file),
            (&["--replay", "a.log"], file),
            (&["--replay", "a.log", "--bus", "system"], None),
        ] {
            assert!(!is_kept(&place(arguments, named, state)), "{arguments:?}");
        }
        assert!(!is_kept(&place(&["--can", "can0", "--bus", "system"], None, None)));
    }

    #[test]
    fn memory_is_no_place() {
        let mounts = "\
22 1 179:2 / / rw,noatime - ext4 /dev/mmcblk0p2 rw
30 22 0:25 / /run rw,nosuid shared:5 - tmpfs tmpfs rw,size=1024k
31 22 0:26 / /media/root-rw rw - tmpfs tmpfs-root rw
32 22 0:27 / /merged rw - overlay overlayroot rw,lowerdir=/media/root-ro,upperdir=/media/root-rw/overlay,workdir=/w
33 22 0:28 / /box rw - overlay overlay rw,lowerdir=/l,upperdir=/disk/upper,workdir=/w
34 22 0:29 / /far rw - overlay overlay rw,lowerdir=/l,upperdir=/out/of/sight,workdir=/w
";
        let device_of = |path: &Path| match path.to_str().unwrap() {
            "/media/root-rw/overlay" => Some("0:26".to_owned()),
            "/disk/upper" => Some("179:2".to_owned()),
            _ => None,
        };
        let words = |device: &str| forgets_by(mounts, device, device_of).unwrap_or_default();
        assert_eq!(words("179:2"), "");
        assert!(words("0:25").contains("in memory (tmpfs)"));
        assert!(words("0:27").contains("an overlay in memory"));
        assert_eq!(words("0:28"), "");
        assert!(words("0:29").contains("which may be memory"));
        assert_eq!(words("9:9"), "", "nothing is known against it");
    }

    #[test]
    fn a_device_is_found_among_the_mounts() {
        let mounts = fs::read_to_string("/proc/self/mountinfo").unwrap();
        let (kind, _) = mount(&mounts, &device(Path::new("/proc")).unwrap()).unwrap();
        assert_eq!(kind, "proc");
    }
}
