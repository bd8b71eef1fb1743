//! Why the set-up cannot go on. Each is a sentence that ends in what to do.

use std::io;
use std::path::PathBuf;

use can_reader::VehicleError;
use can_reader::profile::{FoundError, SaveError};

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
        "nothing was written: no profile fits, and without one there is no speed to show. Its wheel speeds can be found in a short drive: \
         `sudo cardash-setup --unknown`, at a terminal; or in a recording (`candump -L {0} > drive.log`): `cardash-setup --log drive.log`. Or \
         write a profile for this car, which takes no programming: \
         `zless /usr/share/doc/cardash-service/adding-a-vehicle.md.gz`. Put it into /etc/cardash/vehicles/ and start cardash-setup again. Or \
         have the car asked for its speed over OBD-II, if you agree to that: `sudo cardash-setup --vehicle obd`"
    )]
    NoProfileFits(String),
    /// The person would have to choose the profile.
    #[error("{0}")]
    ProfileToChoose(String),
    /// What the profile gives is not what the dash shows.
    #[error(
        "nothing was written: {0}. So {1} is not this car's profile, or its scale is another; try another one, or make your own: \
         `zless /usr/share/doc/cardash-service/adding-a-vehicle.md.gz`"
    )]
    NotAsTheDash(String, String),
    /// Which recording, and what became of the search for its wheel speeds.
    #[error(
        "{0}: {1}. A profile for this car takes no programming: \
         `zless /usr/share/doc/cardash-service/adding-a-vehicle.md.gz`"
    )]
    NotRecognised(String, String),
    /// The wheel speeds of an unknown car are not found, or what was found is wrong.
    #[error("no profile was written: {0}")]
    NothingFound(String),
    /// What was found gives no profile.
    #[error(transparent)]
    Found(#[from] FoundError),
    /// The profile that was found cannot be written.
    #[error(transparent)]
    Save(#[from] SaveError),
    /// The recording cannot be read.
    #[error(transparent)]
    Recording(#[from] can_reader::source::ReplayError),
    /// Nothing in a recording is a frame.
    #[error("{0}: no frame in it; name a log with frames")]
    EmptyRecording(String),
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
        if .error.kind() == io::ErrorKind::ReadOnlyFilesystem { "; the card is protected against writing: `sudo cardash-setup --read-only=off` and a reboot open it" } else { "" }
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
    /// The service does not set the odometer, or cannot keep it.
    #[error("the odometer is not set: {0}")]
    Odometer(String),
    /// A read-only root is not for this machine, or not for this program to undo.
    #[error("the card stays as it is: {0}")]
    ReadOnly(String),
    /// A command of a plan failed.
    #[error("`{command}` failed: {words}. {remedy}")]
    Step {
        /// The command as typed.
        command: String,
        /// What it said.
        words: String,
        /// What to do.
        remedy: String,
    },
    /// The card is closed and opened by a person.
    #[error(
        "--read-only is done only by somebody who is asked: start it without --yes, at a terminal, or with --dry-run to see the plan"
    )]
    OnlyAPerson,
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
    #[error("there is nobody to answer: use a terminal, or --yes where nobody has to agree")]
    NoAnswer,
    /// The person does not want to go on.
    #[error("stopped as you wished; nothing was written")]
    Declined,
    /// Only a person can agree that a car is written to.
    #[error(
        "vehicle obd is a car that has to be asked, and asking writes to its bus: --yes does not agree to that for you. Start it without \
         --yes, at a terminal"
    )]
    NotAgreed,
    /// The program that asks failed.
    #[error("cardash-obd: {0}")]
    Asker(String),
    /// A request would be repeated without end.
    #[error(
        "{name}: its driver does not offer one-shot mode ({words}): a request that nobody takes would be sent again and again. So this car \
         cannot be asked with it, and nothing was written. No HAT has the mode; a USB adapter with candleLight firmware does, and PEAK's and \
         Kvaser's newer ones: `zless /usr/share/doc/cardash-service/obd.md.gz`"
    )]
    NoOneShot {
        /// The interface.
        name: String,
        /// What the kernel said.
        words: String,
    },
    /// Nobody has taken a request.
    #[error(
        "nobody has taken a request at 500 or 250 kbit/s, so this car is not asked, and {0} is as it was before. Is the ignition on? \
         CAN-H on pin 6, CAN-L on pin 14? Cars before 2008 may have no CAN at the socket"
    )]
    NobodyThere(String),
    /// A signal.
    #[error("interrupted; the CAN interface is as it was before")]
    Interrupted,
}
