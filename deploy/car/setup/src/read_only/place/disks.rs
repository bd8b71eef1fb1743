//! What could hold the odometer: the partitions and disks of this machine.

use serde_json::Value;

use super::free::Cut;

/// The label by which the file system is known.
pub const LABEL: &str = "CARDASH";

/// Room for two slots 4 MiB apart, and for a journal of 4 MiB.
const LEAST_BYTES: u64 = 16 << 20;

/// What lsblk is asked for.
pub const COLUMNS: &str = "PATH,TYPE,SIZE,FSTYPE,LABEL,PTTYPE,PARTTYPE,LOG-SEC,MOUNTPOINTS,RO,MODEL";

/// A partition, or a disk without any.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Room {
    /// Its device, such as `/dev/sda1`.
    pub path: String,
    /// Its size, bytes.
    pub bytes: u64,
    /// What is on it as far as its first bytes tell, such as `vfat "PHOTOS"`.
    pub holds: Option<String>,
    /// The disk's own name, such as `SanDisk Ultra`; may be empty.
    pub model: String,
    /// It is no partition yet, but would be cut from free space.
    pub cut: Option<Cut>,
}

impl Room {
    /// In a line for a person.
    #[must_use]
    pub fn shown(&self) -> String {
        let model = if self.model.is_empty() { String::new() } else { format!(", {}", self.model) };
        let holds = match (&self.cut, &self.holds) {
            (Some(cut), _) => format!("a new partition, from the free space of {}", cut.disk),
            (None, Some(holds)) => format!("holds {holds}"),
            (None, None) => "nothing known on it".to_owned(),
        };
        format!("{} ({}{model}): {holds}", self.path, size(self.bytes))
    }
}

/// What this machine has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Disks {
    /// File systems that have the label already.
    pub labelled: Vec<Room>,
    /// What may be taken, after asking.
    pub rooms: Vec<Room>,
    /// What may not, and why.
    pub refused: Vec<String>,
}

/// Reads what `lsblk --json --bytes --output COLUMNS` says.
///
/// # Errors
/// It is no such answer.
pub fn disks(json: &str) -> Result<Disks, String> {
    let mut found = Disks::default();
    devices(json)?.iter().for_each(|device| look_at(device, "", &mut found));
    Ok(found)
}

/// The devices of the answer, each with those that are on it.
///
/// # Errors
/// It is no such answer.
pub fn devices(json: &str) -> Result<Vec<Value>, String> {
    let mut answer: Value = serde_json::from_str(json).map_err(|error| error.to_string())?;
    match answer.get_mut("blockdevices").map(Value::take) {
        Some(Value::Array(devices)) => Ok(devices),
        _ => Err("no blockdevices in it".to_owned()),
    }
}

fn look_at(device: &Value, model: &str, found: &mut Disks) {
    let text = |key: &str| device[key].as_str().unwrap_or_default().trim();
    let path = text("path");
    let kind = text("type");
    let is_left =
        ["/dev/zram", "/dev/ram", "/dev/mtdblock", "/dev/fd"].iter().any(|start| path.starts_with(start));
    // The boot areas of an eMMC are no place for anybody.
    if is_left || path.contains("boot") || path.contains("rpmb") || !matches!(kind, "disk" | "part") {
        return;
    }
    let model = if text("model").is_empty() { model } else { text("model") };
    let inner = device["children"].as_array().map(Vec::as_slice).unwrap_or_default();
    inner.iter().for_each(|inner| look_at(inner, model, found));
    let bytes = device["size"].as_u64().unwrap_or_default();
    let (content, label) = (text("fstype"), text("label"));
    let holds = (!content.is_empty()).then(|| match label {
        "" => content.to_owned(),
        label => format!("{content} {label:?}"),
    });
    let room = Room { path: path.to_owned(), bytes, holds, model: model.to_owned(), cut: None };
    let mounts = device["mountpoints"].as_array().map(Vec::as_slice).unwrap_or_default();
    let mounted = mounts.iter().find_map(Value::as_str);
    if label == LABEL && content == "ext4" {
        found.labelled.push(room);
        return;
    }
    // A disk with partitions is spoken of by them; an empty card reader by nothing.
    if bytes == 0 || !text("pttype").is_empty() && kind == "disk" {
        return;
    }
    let is_member = content.contains("_member") || content.starts_with("crypto_");
    let why = if let Some(place) = mounted {
        Some(format!("in use ({place})"))
    } else if !inner.is_empty() || is_member {
        Some(format!("part of something larger ({content})"))
    } else if device["ro"].as_bool() == Some(true) {
        Some("read-only".to_owned())
    } else {
        (bytes < LEAST_BYTES).then(|| format!("less than {}", size(LEAST_BYTES)))
    };
    match why {
        Some(why) => found.refused.push(format!("{}: {why}", room.path)),
        None => found.rooms.push(room),
    }
}

/// A size as lsblk and partitioning programs write it.
fn size(bytes: u64) -> String {
    let (mib, gib) = (1_u64 << 20, 1_u64 << 30);
    if bytes >= gib {
        let tenths = bytes.saturating_mul(10) / gib;
        return format!("{}.{} GiB", tenths / 10, tenths % 10);
    }
    format!("{} MiB", bytes / mib)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As lsblk of util-linux 2.41 has it, on a Pi with a card and sticks.
    fn answer(more: &str) -> String {
        let card = r#"
            {"path": "/dev/zram0", "type": "disk", "size": 2147483648, "fstype": "swap", "label": "zram0", "pttype": null, "mountpoints": ["[SWAP]"], "ro": false, "model": null},
            {"path": "/dev/mmcblk0", "type": "disk", "size": 31914983424, "fstype": null, "label": null, "pttype": "dos", "mountpoints": [null], "ro": false, "model": null, "children": [
                {"path": "/dev/mmcblk0p1", "type": "part", "size": 536870912, "fstype": "vfat", "label": "bootfs", "pttype": "dos", "mountpoints": ["/boot/firmware"], "ro": false, "model": null},
                {"path": "/dev/mmcblk0p2", "type": "part", "size": 31373918208, "fstype": "ext4", "label": "rootfs", "pttype": "dos", "mountpoints": ["/"], "ro": false, "model": null}]}"#;
        format!("{{\"blockdevices\": [{card}{more}]}}")
    }

    fn device(path: &str, words: &str) -> String {
        let fixed = r#""pttype": null, "ro": false, "model": "Stick ""#;
        let rest = if words.starts_with("\"type\"") {
            words.to_owned()
        } else {
            format!("\"type\": \"disk\", {words}")
        };
        format!(", {{\"path\": {path:?}, {fixed}, {rest}}}")
    }

    #[test]
    fn a_card_in_use_offers_nothing() {
        let found = disks(&answer("")).unwrap();
        assert_eq!((found.labelled.len(), found.rooms.len()), (0, 0), "{found:#?}");
        assert_eq!(found.refused, ["/dev/mmcblk0p1: in use (/boot/firmware)", "/dev/mmcblk0p2: in use (/)"]);
        for wrong in ["", "{}", "no json"] {
            assert!(disks(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn what_may_be_taken_says_what_is_on_it() {
        let more =
            device("/dev/sda", r#""size": 67108864, "fstype": null, "label": null, "mountpoints": [null]"#)
                + &device(
                    "/dev/sdb",
                    r#""size": 16106127360, "fstype": "vfat", "label": "PHOTOS", "mountpoints": [null]"#,
                );
        let found = disks(&answer(&more)).unwrap();
        let shown: Vec<_> = found.rooms.iter().map(Room::shown).collect();
        assert_eq!(
            shown,
            [
                "/dev/sda (64 MiB, Stick): nothing known on it",
                "/dev/sdb (15.0 GiB, Stick): holds vfat \"PHOTOS\""
            ]
        );
    }

    #[test]
    fn what_may_not_be_taken_says_why() {
        for (words, why) in [
            (r#""size": 8388608, "fstype": null, "label": null, "mountpoints": [null]"#, "less than 16 MiB"),
            (
                r#""size": 67108864, "fstype": "LVM2_member", "label": null, "mountpoints": [null]"#,
                "part of something larger",
            ),
            (
                r#""size": 67108864, "fstype": "crypto_LUKS", "label": null, "mountpoints": [null]"#,
                "part of something larger",
            ),
            (
                r#""size": 67108864, "fstype": "swap", "label": null, "mountpoints": ["[SWAP]"]"#,
                "in use ([SWAP])",
            ),
            (
                r#""size": 67108864, "fstype": "ext4", "label": "D", "mountpoints": [null, "/data"]"#,
                "in use (/data)",
            ),
        ] {
            let found = disks(&answer(&device("/dev/sda", words))).unwrap();
            assert!(found.rooms.is_empty(), "{words}");
            assert!(
                found.refused.iter().any(|line| line.starts_with("/dev/sda: ") && line.contains(why)),
                "{found:#?}"
            );
        }
        let locked = answer(
            &device("/dev/sda", r#""size": 67108864, "mountpoints": [null]"#)
                .replace("\"ro\": false", "\"ro\": true"),
        );
        assert!(disks(&locked).unwrap().refused.contains(&"/dev/sda: read-only".to_owned()));
        // Neither offered nor spoken of.
        for path in ["/dev/mmcblk1boot0", "/dev/ram0", "/dev/zram1"] {
            let found = disks(&answer(&device(path, r#""size": 67108864, "mountpoints": [null]"#))).unwrap();
            assert_eq!(found, disks(&answer("")).unwrap(), "{path}");
        }
        let loops = device("/dev/loop0", r#""type": "loop", "size": 67108864, "mountpoints": [null]"#);
        assert_eq!(disks(&answer(&loops)).unwrap(), disks(&answer("")).unwrap());
    }

    #[test]
    fn the_label_is_found_and_a_disk_with_partitions_is_not_offered_whole() {
        let inner = r#""children": [{"path": "/dev/sda1", "type": "part", "size": 67108864, "fstype": "ext4", "label": "CARDASH", "pttype": "dos", "mountpoints": [null], "ro": false, "model": null}]"#;
        let stick = device("/dev/sda", &format!(r#""size": 167108864, "mountpoints": [null], {inner}"#))
            .replacen("\"pttype\": null", "\"pttype\": \"dos\"", 1);
        let found = disks(&answer(&stick)).unwrap();
        assert_eq!(
            found.labelled.iter().map(Room::shown).collect::<Vec<_>>(),
            ["/dev/sda1 (64 MiB, Stick): holds ext4 \"CARDASH\""]
        );
        assert!(found.rooms.is_empty(), "{found:#?}");
        // By its name alone it is not ours.
        let other = answer(&device(
            "/dev/sdb",
            r#""size": 67108864, "fstype": "vfat", "label": "CARDASH", "mountpoints": [null]"#,
        ));
        assert_eq!(disks(&other).unwrap().rooms.len(), 1);
    }
}
