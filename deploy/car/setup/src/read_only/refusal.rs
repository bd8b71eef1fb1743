//! Machines on which a read-only root would not hold, and why.

use super::machine::{Machine, Overlay, active, asked_for};
use super::plan::is_ours;

/// The root file systems that can lie below an overlay and need nothing written to be mounted read-only.
const ROOTS: [&str; 4] = ["ext4", "btrfs", "xfs", "f2fs"];
/// As raspi-config has it: what is written takes memory.
const LEAST_MEMORY_KIB: u64 = 262_144;
/// Kinds in fstab that are not on a card, or that overlayroot leaves alone and nothing writes to by itself.
const ELSEWHERE: [&str; 14] = [
    "vfat", "fat", "swap", "proc", "sysfs", "tmpfs", "devtmpfs", "devpts", "debugfs", "nfs", "nfs4", "cifs",
    "iso9660", "squashfs",
];

/// Why the root of this machine cannot be made read-only; a sentence that ends in what to do.
#[must_use]
pub fn refusal(machine: &Machine) -> Option<String> {
    if !matches!(machine.id.as_str(), "debian" | "raspbian")
        || !matches!(machine.version.as_str(), "12" | "13")
    {
        let name = [machine.id.as_str(), machine.version.as_str()].join(" ");
        return Some(format!(
            "this is {}, and how it starts with a read-only root is known for Debian 12 and 13 and Raspberry Pi OS on them only. Its own \
             documents may name a way",
            if name.trim().is_empty() { "a system without /etc/os-release" } else { name.trim() }
        ));
    }
    if let Overlay::Other(words) = &machine.overlay {
        return Some(format!(
            "an overlay lies over the root already, {words}. Whoever set it up has to take it away first; a container or a live system \
             cannot be closed from inside"
        ));
    }
    by_root(machine)
        .or_else(|| by_start(machine))
        .or_else(|| by_settings(machine))
        .or_else(|| by_fstab(machine))
}

fn by_root(machine: &Machine) -> Option<String> {
    if machine.overlay == Overlay::None && !ROOTS.contains(&machine.root_kind.as_str()) {
        return Some(format!(
            "the root is of kind {}, and this works with {}. Set the machine up on a card of that kind",
            machine.root_kind,
            ROOTS.join(", ")
        ));
    }
    (machine.memory_kib <= LEAST_MEMORY_KIB).then(|| {
        format!(
            "the machine has {} MiB of memory, and what is written has to lie there: it needs 512 MiB",
            machine.memory_kib / 1024
        )
    })
}

fn by_start(machine: &Machine) -> Option<String> {
    if !machine.initramfs.has_tools {
        return Some(
            "overlayroot works in an initramfs of initramfs-tools, and there is no update-initramfs here. `sudo apt install initramfs-tools`, \
             restart, and start this again"
                .to_owned(),
        );
    }
    // On a Pi the firmware loads it from the boot partition; raspi-config sees to it.
    (machine.raspberry.is_none() && machine.initramfs.image.is_none()).then(|| {
        "the kernel that runs was started without an initramfs of its own (no /boot/initrd.img-KERNEL), and overlayroot works in one. \
         `sudo update-initramfs -c -k \"$(uname -r)\"`, have the boot loader load it, and start this again"
            .to_owned()
    })
}

fn by_settings(machine: &Machine) -> Option<String> {
    if let Some(value) = active(machine.packaged_settings.as_deref()) {
        return Some(format!(
            "/etc/overlayroot.conf says overlayroot=\"{value}\" already, by somebody else. Set it to overlayroot=\"\" there and start this again"
        ));
    }
    if machine.raspberry.is_some() {
        return None;
    }
    let theirs = machine.settings.as_deref().filter(|settings| !is_ours(settings));
    if let Some(value) = active(theirs) {
        return Some(format!(
            "/etc/overlayroot.local.conf says overlayroot=\"{value}\" already, by somebody else. With the card open (`sudo \
             overlayroot-chroot`) remove that file, and start this again"
        ));
    }
    asked_for(&machine.command_line).map(|value| {
        format!(
            "the kernel's command line says overlayroot={value}, which is stronger than what is written here. Take it out where the boot \
             loader has it (GRUB: /etc/default/grub, then `sudo update-grub`), restart, and start this again"
        )
    })
}

/// What else is written to would have no overlay; on Raspberry Pi OS the odometer's place would have one.
fn by_fstab(machine: &Machine) -> Option<String> {
    let lines = machine.fstab.lines().filter(|line| !line.trim_start().starts_with('#'));
    for line in lines {
        let words: Vec<_> = line.split_whitespace().collect();
        let [source, place, kind, options, ..] = words[..] else { continue };
        if place == "/var/lib/cardash" {
            if machine.raspberry.is_some() {
                return Some(format!(
                    "/etc/fstab mounts {source} at /var/lib/cardash, and raspi-config's overlay would lie over that too. Take the line out, \
                     name the file system anew (`sudo e2label {source} CARDASH` with its device), and start this again: it is then mounted \
                     by a unit of Cardash"
                ));
            }
            continue;
        }
        let is_left = options.split(',').any(|option| matches!(option, "ro" | "noauto" | "bind"));
        if place != "/" && !is_left && !ELSEWHERE.contains(&kind) {
            return Some(format!(
                "/etc/fstab mounts {source} at {place} to be written to, and a cut of the power could harm it: only the root would be \
                 protected. Add `ro` or `noauto` to the options of that line (they are \"{options}\"), or move what is there onto the root, \
                 and start this again"
            ));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::machine::{Initramfs, Raspberry};
    use super::*;

    fn good() -> Machine {
        Machine {
            id: "debian".to_owned(),
            version: "13".to_owned(),
            root_kind: "ext4".to_owned(),
            memory_kib: 900_000,
            fstab: "# a comment /home\nproc /proc proc defaults 0 0\nPARTUUID=1-01 /boot/firmware vfat defaults 0 2\n\
                    UUID=2 / ext4 defaults,noatime 0 1\nUUID=3 none swap sw 0 0\nLABEL=odometer /var/lib/cardash ext4 noatime 0 2\n"
                .to_owned(),
            initramfs: Initramfs { has_tools: true, image: Some("/boot/initrd.img-6".into()), has_overlayroot: true },
            ..Machine::default()
        }
    }

    fn pi() -> Machine {
        let fstab = good()
            .fstab
            .lines()
            .filter(|line| !line.contains("cardash"))
            .fold(String::new(), |all, line| all + line + "\n");
        Machine {
            raspberry: Some(Raspberry { boot: "/boot/firmware".to_owned(), ..Raspberry::default() }),
            fstab,
            ..good()
        }
    }

    #[test]
    fn a_machine_on_which_it_holds_is_not_refused() {
        for machine in [
            good(),
            Machine { version: "12".to_owned(), ..good() },
            Machine { root_kind: "btrfs".to_owned(), ..good() },
            Machine { overlay: Overlay::Memory, root_kind: "overlay".to_owned(), ..good() },
            Machine { settings: Some("overlayroot=\"\"\n".to_owned()), ..good() },
            pi(),
            // The firmware loads it.
            Machine { initramfs: Initramfs { has_tools: true, ..Initramfs::default() }, ..pi() },
            Machine { id: "raspbian".to_owned(), command_line: "overlayroot=tmpfs".to_owned(), ..pi() },
        ] {
            assert_eq!(refusal(&machine), None, "{machine:#?}");
        }
    }

    #[test]
    fn a_machine_on_which_it_does_not_hold_is_told_why_and_what_to_do() {
        let fstab = |line: &str| Machine { fstab: format!("UUID=2 / ext4 defaults 0 1\n{line}\n"), ..good() };
        let cases = [
            (
                Machine { id: "ubuntu".to_owned(), version: "24.04".to_owned(), ..good() },
                "this is ubuntu 24.04",
            ),
            (Machine { version: "14".to_owned(), ..good() }, "this is debian 14"),
            (Machine { id: String::new(), version: String::new(), ..good() }, "without /etc/os-release"),
            (Machine { overlay: Overlay::Other("one called overlay".to_owned()), ..good() }, "a container"),
            (Machine { root_kind: "vfat".to_owned(), ..good() }, "of kind vfat"),
            (Machine { memory_kib: 250_000, ..good() }, "244 MiB of memory"),
            (Machine { initramfs: Initramfs::default(), ..good() }, "apt install initramfs-tools"),
            (
                Machine { initramfs: Initramfs { image: None, ..good().initramfs }, ..good() },
                "without an initramfs",
            ),
            (
                Machine { settings: Some("overlayroot=\"crypt:dev=vdb\"\n".to_owned()), ..good() },
                "crypt:dev=vdb",
            ),
            (
                Machine { packaged_settings: Some("overlayroot=tmpfs\n".to_owned()), ..good() },
                "/etc/overlayroot.conf",
            ),
            (Machine { command_line: "ro overlayroot=tmpfs".to_owned(), ..good() }, "update-grub"),
            (fstab("UUID=4 /home ext4 defaults 0 2"), "mounts UUID=4 at /home"),
            (Machine { fstab: good().fstab, ..pi() }, "mounts LABEL=odometer at /var/lib/cardash"),
        ];
        for (machine, words) in cases {
            let refused = refusal(&machine).unwrap_or_default();
            assert!(refused.contains(words), "{words}: {refused}");
        }
        for line in [
            "UUID=4 /data ext4 ro 0 2",
            "UUID=4 /data ext4 noauto,user 0 2",
            "tmpfs /tmp tmpfs size=1m 0 0",
            "/a /b none bind 0 0",
        ] {
            assert_eq!(refusal(&fstab(line)), None, "{line}");
        }
    }
}
