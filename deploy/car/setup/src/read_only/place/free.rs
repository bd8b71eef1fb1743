//! Free space on a disk that has partitions: the odometer's place can be cut from it.

use serde_json::Value;

use super::disks::{Room, devices};

/// So much is cut: plenty, and nothing on a card of today.
const CUT_BYTES: u64 = 64 << 20;

/// Cards erase whole blocks: the new partition begins with one.
const ALIGN_BYTES: u64 = 4 << 20;

/// A partition that is not there yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cut {
    /// The disk, such as `/dev/mmcblk0`.
    pub disk: String,
    /// The partition's number.
    pub number: u64,
    /// Its first sector.
    pub start: u64,
    /// How many sectors it has.
    pub sectors: u64,
}

/// A disk with a table of partitions that can take one more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// The disk.
    pub disk: String,
    model: String,
    sector_bytes: u64,
    number: u64,
}

/// The disks with room for an entry in their table, by what lsblk says.
#[must_use]
pub fn tables(json: &str) -> Vec<Table> {
    devices(json).unwrap_or_default().iter().filter_map(table).collect()
}

fn table(disk: &Value) -> Option<Table> {
    let text = |of: &Value, key: &str| of[key].as_str().unwrap_or_default().trim().to_owned();
    let path = text(disk, "path");
    let kind = text(disk, "pttype");
    let most = match kind.as_str() {
        "dos" => 4,
        "gpt" => 128,
        _ => return None,
    };
    if text(disk, "type") != "disk" || disk["ro"].as_bool() == Some(true) {
        return None;
    }
    let parts = disk["children"].as_array().map(Vec::as_slice).unwrap_or_default();
    // What lies inside an extended partition is counted otherwise.
    let is_extended = |part: &Value| matches!(text(part, "parttype").as_str(), "0x5" | "0xf" | "0x85");
    if parts.iter().any(is_extended) {
        return None;
    }
    let number = |part: &Value| -> Option<u64> {
        text(part, "path").strip_prefix(&path)?.trim_start_matches('p').parse().ok()
    };
    let number = parts.iter().filter_map(number).max().unwrap_or_default() + 1;
    let sector_bytes = disk["log-sec"].as_u64().filter(|bytes| *bytes > 0)?;
    (number <= most).then(|| Table { disk: path, model: text(disk, "model"), sector_bytes, number })
}

/// What can be cut from the disk, by what `sfdisk --list-free --quiet` says of it: first and last sector, how many, and the size for people.
#[must_use]
pub fn room(table: &Table, list: &str) -> Option<Room> {
    let align = ALIGN_BYTES / table.sector_bytes;
    let sectors = CUT_BYTES / table.sector_bytes;
    let start = list.lines().find_map(|line| {
        let mut numbers = line.split_whitespace().map(str::parse::<u64>);
        let (from, last) = (numbers.next()?.ok()?, numbers.next()?.ok()?);
        let start = from.next_multiple_of(align.max(1));
        (start + sectors <= last + 1).then_some(start)
    })?;
    let disk = &table.disk;
    let between = if disk.ends_with(|last: char| last.is_ascii_digit()) { "p" } else { "" };
    Some(Room {
        path: format!("{disk}{between}{}", table.number),
        bytes: CUT_BYTES,
        holds: None,
        model: table.model.clone(),
        cut: Some(Cut { disk: disk.clone(), number: table.number, start, sectors }),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(kind: &str, children: &str) -> String {
        format!(
            r#"{{"blockdevices": [{{"path": "/dev/mmcblk0", "type": "disk", "size": 31914983424, "pttype": "{kind}", "log-sec": 512, "ro": false, "model": null, "children": [{children}]}}]}}"#
        )
    }

    fn part(number: u32, kind: &str) -> String {
        format!(r#"{{"path": "/dev/mmcblk0p{number}", "type": "part", "parttype": "{kind}"}}"#)
    }

    /// As sfdisk of util-linux 2.38 has it.
    const LIST: &str =
        " Start      End  Sectors  Size\n 18432    34815    16384    8M\n 43009 62333951 62290943 29.7G\n";

    #[test]
    fn a_place_is_cut_from_free_space() {
        let tables = tables(&answer("dos", &[part(1, "0xc"), part(2, "0x83")].join(",")));
        assert_eq!(tables.len(), 1, "{tables:?}");
        let room = room(&tables[0], LIST).expect("there is room");
        assert_eq!(room.path, "/dev/mmcblk0p3");
        let cut = Cut { disk: "/dev/mmcblk0".to_owned(), number: 3, start: 49152, sectors: 131_072 };
        assert_eq!(room.cut, Some(cut), "a whole block from its start");
        assert_eq!(
            room.shown(),
            "/dev/mmcblk0p3 (64 MiB): a new partition, from the free space of /dev/mmcblk0"
        );
        let stick = Table { disk: "/dev/sda".to_owned(), ..tables[0].clone() };
        assert_eq!(super::room(&stick, LIST).expect("there is room").path, "/dev/sda3");
        for none in ["", "Start Sectors\n", "2048 2048\n", "2048 131072\n"] {
            assert_eq!(super::room(&tables[0], none), None, "{none:?}");
        }
    }

    #[test]
    fn a_table_that_takes_no_more_is_left_alone() {
        let four: Vec<_> = (1..=4).map(|number| part(number, "0x83")).collect();
        let extended = [part(1, "0xc"), part(2, "0x5")].join(",");
        assert!(tables(&answer("dos", &four.join(","))).is_empty());
        assert!(tables(&answer("dos", &extended)).is_empty());
        assert_eq!(tables(&answer("gpt", &four.join(","))).len(), 1);
        assert!(tables(&answer("mac", "")).is_empty());
        assert!(tables(&answer("dos", "").replace("\"ro\": false", "\"ro\": true")).is_empty());
        assert!(tables(&answer("dos", "").replace("\"disk\"", "\"loop\"")).is_empty());
        assert!(tables("no json").is_empty());
    }
}
