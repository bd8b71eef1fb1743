//! The programs, and what a man page tells beyond the command line.

use clap::{Command, CommandFactory};

use crate::arguments::Arguments;

/// A program with a man page.
pub struct Program {
    /// Its command line.
    pub command: Command,
    /// Man pages that its reader may want next, such as `can-reader(1)`.
    pub see_also: &'static [&'static str],
    /// Pairs of exit status and meaning.
    pub exit_status: &'static [(&'static str, &'static str)],
    /// Pairs of path and what it is.
    pub files: &'static [(&'static str, &'static str)],
}

/// All that the packages hold.
pub fn all() -> Vec<Program> {
    vec![speed_service(), can_reader(), obd(), setup(), dashboard()]
}

fn speed_service() -> Program {
    Program {
        command: speed_service::cli::Cli::command(),
        see_also: &["can-reader(1)", "dashboard-qml(1)", "busctl(1)", "systemd(1)"],
        exit_status: &[
            ("0", "It was asked to end (SIGTERM, SIGINT), or --check found nothing wrong."),
            (
                "1",
                "The bus cannot be reached, or the name has another owner; or --check found something wrong.",
            ),
            ("2", "The command line is wrong."),
            ("78", "The configuration is wrong."),
        ],
        files: &[
            ("/etc/cardash/speed.toml", "The configuration of this machine."),
            ("~/.config/cardash/speed.toml", "The configuration of a user, over that of the machine."),
            ("/usr/share/cardash/speed.toml", "An example of both: every key, explained."),
            (
                "/var/lib/cardash/odometer",
                "The odometer and two trips, where systemd starts it on the system bus.",
            ),
            (
                "/usr/share/cardash/vehicles",
                "The built-in vehicle profiles and their DBC files, to start one's own from.",
            ),
        ],
    }
}

fn can_reader() -> Program {
    Program {
        command: can_reader::cli::Args::command(),
        see_also: &["speed-service(1)", "candump(1)"],
        exit_status: &[
            ("0", "All was read."),
            ("1", "A file cannot be read or understood, or holds too little for what is wanted."),
            ("2", "The command line is wrong."),
        ],
        files: &[(
            "/usr/share/cardash/vehicles",
            "The built-in vehicle profiles and their DBC files, to start one's own from.",
        )],
    }
}

fn obd() -> Program {
    Program {
        command: cardash_obd::cli::Cli::command(),
        see_also: &["cardash-setup(1)", "speed-service(1)", "ip(8)"],
        exit_status: &[
            ("0", "--once: a control unit has acknowledged the request."),
            ("1", "--once: nobody has, or the controller reported an error."),
            ("2", "The command line is wrong."),
            (
                "78",
                "Nothing may be written: the owner has not agreed, or has taken it back, or the interface is in listen-only mode or \
                 without one-shot mode. The sentence on standard error says which, and what to do.",
            ),
        ],
        files: &[(
            "/etc/cardash/speed.toml",
            "The owner's consent: vehicle = \"obd\" and, under [obd], ask = true. It must belong to root, and nobody else may write it.",
        )],
    }
}

fn setup() -> Program {
    Program {
        command: cardash_setup::cli::Cli::command(),
        see_also: &["speed-service(1)", "can-reader(1)", "ip(8)", "systemctl(1)"],
        exit_status: &[
            (
                "0",
                "All is set up, or --dry-run has shown how it would be, or you said that you start the units yourself.",
            ),
            (
                "1",
                "Something is missing or in the way; the sentence on standard error says what to do. So it ends where \
                 --dry-run would have to listen at an interface that is down, too.",
            ),
            ("2", "The command line is wrong."),
            (
                "130",
                "Ctrl-C ended it. The interface is as it was before; the files stay as they were, unless \"Written\" was \
                 said. A plan of --read-only that you have agreed to is carried out to its end first.",
            ),
        ],
        files: &[
            ("/etc/cardash/speed.toml", "What it writes."),
            (
                "/etc/cardash/vehicles",
                "Your own vehicle profiles and their DBC files; what is found of a car in no profile goes there, if you say so.",
            ),
            (
                "/etc/overlayroot.local.conf",
                "Written by --read-only: the root is only read from the next start on (not on Raspberry Pi OS, where raspi-config does it).",
            ),
            (
                "/etc/systemd/system/systemd-remount-fs.service.d/cardash-overlay.conf",
                "Written by --read-only: without it Debian 13 leaves such a root read-only altogether.",
            ),
            (
                "/dev/disk/by-label/CARDASH",
                "The odometer's own file system, which cardash-place.service mounts at /var/lib/cardash.",
            ),
            (
                "/usr/share/doc/cardash-service/read-only-root.md.gz",
                "What is written when, a card that is read only, and the same by hand.",
            ),
            (
                "/usr/share/doc/cardash-service/raspberry-pi.md.gz",
                "The way in full, and by hand: read it with zless(1).",
            ),
        ],
    }
}

fn dashboard() -> Program {
    Program {
        command: Arguments::command().name("dashboard-qml"),
        see_also: &["speed-service(1)"],
        exit_status: &[
            ("0", "The window was closed, or the screenshot is saved."),
            ("1", "Qt does not start, or a part of it is missing; the reason is on standard error."),
            ("2", "The command line or the settings file is wrong."),
        ],
        files: &[
            (
                "~/.config/cardash/dashboard.toml",
                "The settings: bus, theme, units, full_scale_kmh, panel_inches, fullscreen, sweep.",
            ),
            ("/etc/cardash/dashboard.toml", "The same for cardash-kiosk.service."),
            ("/etc/default/cardash-kiosk", "How cardash-kiosk.service draws on the screen."),
        ],
    }
}
