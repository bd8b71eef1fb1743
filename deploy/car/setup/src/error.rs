//! Why the set-up cannot go on. Each is a sentence that ends in what to do.

use std::io;
use std::path::PathBuf;

use can_reader::VehicleError;

/// Where people read on.
pub(crate) const GUIDE: &str = "zless /usr/share/doc/cardash-service/raspberry-pi.md.gz";

/// Why the set-up ended before it was done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Only root may do what it does.
    #[error(
        "only root may set up interfaces and write to /etc: start it with sudo, or with --dry-run to change nothing"
    )]
    NotRoot,
    /// `--root` leads to something else than the root folder of a system.
    #[error(
        "--root {}: no system lies there, since it has no folder etc. Mount the card's root file system (usually its \
         second partition) and name the folder where it is mounted", .0.display()
    )]
    NoSystem(PathBuf),
    /// There is no CAN interface.
    #[error(
        "there is no CAN interface. What to check:\n\
         \x20 - a HAT: its line in /boot/firmware/config.txt, such as\n\
         \x20       dtparam=spi=on\n\
         \x20       dtoverlay=mcp2515-can0,oscillator=12000000,interrupt=25\n\
         \x20   and a reboot since; then `dmesg | grep -i -e mcp25 -e spi` tells what the driver found\n\
         \x20 - a USB adapter: `lsusb` must list it, and `dmesg | tail` names its driver\n\
         \x20 - the lines for the common HATs: {GUIDE}"
    )]
    NoInterface,
    /// The interface that was asked for is not there.
    #[error("there is no CAN interface {name}; there is {}", .others.join(", "))]
    NoSuchInterface {
        /// What was asked for.
        name: String,
        /// What there is.
        others: Vec<String>,
    },
    /// Several, and nobody to ask.
    #[error("there are several CAN interfaces: {}; say which with --interface", .0.join(", "))]
    SeveralInterfaces(Vec<String>),
    /// `/sys` cannot be read.
    #[error("{}: {error}; is /sys mounted?", .path.display())]
    Sysfs {
        /// The folder.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// The `ip` program failed.
    #[error("`{command}` failed: {words}")]
    Ip {
        /// The command as typed.
        command: String,
        /// What it said.
        words: String,
    },
    /// The controller cannot listen without sending.
    #[error(
        "{name}: its driver does not offer listen-only mode ({words}), so that it would acknowledge frames and \
         could disturb the bus; nothing was tried. If this is a bench of your own and no car: --acknowledge with \
         --bit-rate"
    )]
    NoListenOnly {
        /// The interface.
        name: String,
        /// What the kernel said.
        words: String,
    },
    /// Nothing usable was heard.
    #[error("{0}")]
    NothingHeard(String),
    /// No profile fits.
    #[error(
        "nothing was written: no profile fits, and without one there is no speed to show. Record a short drive \
         (`candump -L {0} > drive.log`) and write a profile for this car, which takes no programming: \
         `zless /usr/share/doc/cardash-service/adding-a-vehicle.md.gz`. Put it into /etc/cardash/vehicles/ and start cardash-setup again"
    )]
    NoProfileFits(String),
    /// The person would have to choose the profile.
    #[error("{0}; say which it is with --vehicle")]
    ProfileToChoose(String),
    /// The frames say that this is not the car.
    #[error("nothing was written: {0}")]
    Contradicted(String),
    /// A profile where the service cannot read it.
    #[error(
        "the service cannot read {}: it runs as a user of its own, without home folders. Copy the profile and its DBC \
         file: `mkdir -p /etc/cardash/vehicles && cp {} FILE.dbc /etc/cardash/vehicles/`, and start again", .0.display(), .0.display()
    )]
    ProfileOutOfReach(PathBuf),
    /// A profile that cannot be used.
    #[error(transparent)]
    Vehicle(#[from] VehicleError),
    /// The present configuration, or the new one, is not right.
    #[error("{0}")]
    Configuration(String),
    /// A file cannot be written.
    #[error(
        "{}: {error}{}", .path.display(),
        if .error.kind() == io::ErrorKind::ReadOnlyFilesystem { "; the card is protected against writing: `zless /usr/share/doc/cardash-service/read-only-root.md.gz` says how to open it" } else { "" }
    )]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// systemd refused.
    #[error("`{command}` failed: {words}")]
    Units {
        /// The command as typed.
        command: String,
        /// What it said.
        words: String,
    },
    /// What is to start is not there.
    #[error(
        "{path} is right, but nothing will start, since {system} has no {missing}. Install the package \
         cardash-service there and start cardash-setup again"
    )]
    NotInstalled {
        /// The configuration.
        path: String,
        /// The unit files.
        missing: String,
        /// The system that is set up, in words.
        system: String,
    },
    /// A question, and the input has ended.
    #[error("there is nobody to answer: use a terminal, or --yes with --interface and --vehicle")]
    NoAnswer,
    /// The person does not want to go on.
    #[error("stopped as you wished; nothing was written")]
    Declined,
    /// A signal.
    #[error("interrupted; the CAN interface is as it was before")]
    Interrupted,
}
