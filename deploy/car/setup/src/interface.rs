//! The CAN interfaces of this machine, as /sys/class/net shows them.

use std::fs;
use std::path::Path;

use crate::error::Error;

/// `ARPHRD_CAN` of linux/if_arp.h.
const TYPE_CAN: &str = "280";

/// A CAN interface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interface {
    /// Its name, such as `can0`.
    pub name: String,
    /// How its hardware is attached: the kernel's name of the bus (`spi`, `usb`, `pci`, `platform`);
    /// `None` where there is no hardware that the kernel knows of.
    pub bus: Option<String>,
    /// Name of its driver.
    pub driver: Option<String>,
}

/// All CAN interfaces in a folder like `/sys/class/net`, by name.
///
/// # Errors
/// The folder cannot be read.
pub fn find(net: &Path) -> Result<Vec<Interface>, Error> {
    let entries = fs::read_dir(net).map_err(|error| Error::Sysfs { path: net.to_owned(), error })?;
    let mut found: Vec<_> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|folder| fs::read_to_string(folder.join("type")).is_ok_and(|kind| kind.trim() == TYPE_CAN))
        .filter_map(|folder| {
            Some(Interface {
                name: folder.file_name()?.to_str()?.to_owned(),
                bus: target(&folder.join("device/subsystem")),
                driver: target(&folder.join("device/driver")),
            })
        })
        .collect();
    found.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(found)
}

/// A name that an interface can have, and that can stand in the commands that people are shown: of what Linux
/// allows (1 to 15 bytes, no `/`, no blank, not `.` or `..`: `dev_valid_name` of net/core/dev.c) what a shell
/// takes as it is.
///
/// # Errors
/// It is none; the sentence says what one is.
pub fn interface_name(text: &str) -> Result<String, String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    let right = (1..=15).contains(&text.len()) && text.chars().all(plain);
    if !right || text.starts_with('-') || matches!(text, "." | "..") {
        return Err("the name of an interface has 1 to 15 letters, digits, `_`, `-` or `.`, such as can0; \
                    `ip -brief link show type can` lists them"
            .to_owned());
    }
    Ok(text.to_owned())
}

impl Interface {
    /// What it is, for a person who has the hardware in hand. `virtually`: it needs no hardware.
    #[must_use]
    pub fn what(&self, virtually: bool) -> String {
        let place = match self.bus.as_deref() {
            Some("spi") => "a HAT (SPI)",
            Some("usb") => "a USB adapter",
            Some("pci") => "a PCI card",
            Some("platform") => "a controller of the board itself",
            Some(other) => other,
            None if virtually => "virtual, without hardware: for practice",
            None => "a serial adapter, or one that tells nothing of itself",
        };
        match &self.driver {
            Some(driver) => format!("{place}, driver {driver}"),
            None => place.to_owned(),
        }
    }
}

/// The last part of where a link points.
fn target(link: &Path) -> Option<String> {
    Some(fs::canonicalize(link).ok()?.file_name()?.to_str()?.to_owned())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn names_that_no_interface_has_are_refused() {
        for name in ["can0", "vcan_again", "can-car", "c", "can.0", "fifteen_letters"] {
            assert_eq!(interface_name(name).as_deref(), Ok(name));
        }
        let bad =
            ["", ".", "..", "-x", "can0;rm", "can 0", "can0/", "can\t0", "can:0", "sixteen_letters_", "cän0"];
        for name in bad {
            let error = interface_name(name).unwrap_err();
            assert!(error.contains("1 to 15 letters"), "{name}: {error}");
        }
    }

    #[test]
    fn can_interfaces_are_told_from_others_and_a_hat_from_usb() {
        let sys = tempfile::tempdir().unwrap();
        let net = sys.path().join("net");
        for (name, kind, bus) in [
            ("can1", "280\n", Some("usb")),
            ("can0", "280", Some("spi")),
            ("vcan0", "280", None),
            ("eth0", "1", None),
        ] {
            let folder = net.join(name);
            fs::create_dir_all(&folder).unwrap();
            fs::write(folder.join("type"), kind).unwrap();
            if let Some(bus) = bus {
                let device = folder.join("device");
                let subsystem = sys.path().join("bus").join(bus);
                let driver = sys.path().join("drivers").join(format!("{bus}_driver"));
                for folder in [&device, &subsystem, &driver] {
                    fs::create_dir_all(folder).unwrap();
                }
                symlink(&subsystem, device.join("subsystem")).unwrap();
                symlink(&driver, device.join("driver")).unwrap();
            }
        }
        let found = find(&net).unwrap();
        let names: Vec<_> = found.iter().map(|interface| interface.name.as_str()).collect();
        assert_eq!(names, ["can0", "can1", "vcan0"]);
        assert_eq!(found[0].what(false), "a HAT (SPI), driver spi_driver");
        assert_eq!(found[1].what(false), "a USB adapter, driver usb_driver");
        assert_eq!(found[2].what(true), "virtual, without hardware: for practice");
        let error = find(&sys.path().join("nowhere")).unwrap_err().to_string();
        assert!(error.ends_with("is /sys mounted?"), "{error}");
    }
}
