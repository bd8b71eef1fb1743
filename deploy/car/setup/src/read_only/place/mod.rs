//! The odometer's place: a file system of its own, which can be written to where the root is read only.

mod disks;
mod free;
mod making;

use std::fs;
use std::path::Path;
use std::process::Command;

use super::machine::mount_of;
use super::step::{Step, carry_out};
use crate::error::Error;
use crate::talk::Talk;
use disks::{COLUMNS, Disks, LABEL, Room, disks};
use free::{room, tables};
use making::{FOLDER, Making, UNIT, plan};

/// Offers the odometer a place of its own, and makes it if the person agrees. `true`: it has one.
///
/// # Errors
/// A step failed, or nobody answers.
pub async fn offer(talk: &mut Talk, dry_run: bool) -> Result<bool, Error> {
    let mounts = fs::read_to_string("/proc/mounts").unwrap_or_default();
    if let Some((source, _)) = mount_of(&mounts, FOLDER) {
        talk.say(&format!("The odometer has a place of its own: {source}, at {FOLDER}. It stays as it is."));
        return Ok(true);
    }
    let answer = ask(
        "lsblk",
        &["--json", "--bytes", "--output", COLUMNS],
        "Is it installed? `sudo apt install util-linux`",
    )?;
    let mut found =
        disks(&answer).map_err(|words| Error::ReadOnly(format!("lsblk was not understood: {words}")))?;
    for room in found.rooms.iter_mut().filter(|room| room.holds.is_none()) {
        room.holds = signature(&room.path);
    }
    for table in tables(&answer) {
        match ask(
            "sfdisk",
            &["--list-free", "--quiet", &table.disk],
            "Is it installed? `sudo apt install fdisk`",
        ) {
            Ok(list) => found.rooms.extend(room(&table, &list)),
            Err(error) => found.refused.push(format!("free space of {}: {error}", table.disk)),
        }
    }
    let Some(chosen) = choose(talk, &found, dry_run).await? else { return Ok(false) };
    let making = Making {
        path: chosen.room.path.clone(),
        formats: chosen.formats,
        cut: chosen.room.cut.clone(),
        has_mkfs: ["/usr/sbin/mkfs.ext4", "/sbin/mkfs.ext4"].iter().any(|path| Path::new(path).exists()),
        service_runs: succeeds("systemctl", &["is-active", "--quiet", "speed-service.service"]),
    };
    if !["/usr/lib", "/lib", "/etc"]
        .iter()
        .any(|folder| Path::new(folder).join("systemd/system").join(UNIT).exists())
    {
        return Err(Error::ReadOnly(format!(
            "there is no {UNIT}, which mounts the odometer's place. Install the package cardash-service of this version, and start this again"
        )));
    }
    let steps = plan(&making);
    talk.say(&format!("\nTo keep the odometer on {}:\n", chosen.room.path));
    steps.iter().for_each(|step| talk.say(&format!("    {}", step.shown())));
    talk.say("");
    if !agreed(talk, &chosen).await? {
        talk.say(&format!("Nothing was done to {}.", chosen.room.path));
        return Ok(false);
    }
    make(talk, &steps)?;
    Ok(true)
}

fn make(talk: &mut Talk, steps: &[Step]) -> Result<(), Error> {
    carry_out(talk, steps, Path::new("/"))?;
    talk.say(&format!(
        "Done. The odometer is on the file system {LABEL} now, and stays there when the card is opened again."
    ));
    Ok(())
}

/// What is to become the place.
#[derive(Debug)]
struct Chosen {
    room: Room,
    formats: bool,
}

async fn choose(talk: &mut Talk, found: &Disks, dry_run: bool) -> Result<Option<Chosen>, Error> {
    match found.labelled.as_slice() {
        [] => {}
        [room] => {
            talk.say(&format!(
                "There is a file system for the odometer, {}. Where an odometer is kept on it already, that one counts from then on.",
                room.shown()
            ));
            return Ok((!dry_run).then(|| Chosen { room: room.clone(), formats: false }));
        }
        several => {
            let names: Vec<_> = several.iter().map(|room| room.path.as_str()).collect();
            return Err(Error::ReadOnly(format!(
                "{} have the label {LABEL}, and which of them is the odometer's place cannot be known. Give the others another: `sudo e2label \
                 DEVICE OTHER`",
                names.join(" and ")
            )));
        }
    }
    talk.say(
        "The odometer lies on the root: what is counted from then on would be gone with the power. A small file system of its own keeps\n\
         it, 16 MiB are plenty, and a USB stick will do. It stays when the card is opened again.",
    );
    for line in &found.refused {
        talk.say(&format!("    not: {line}"));
    }
    if found.rooms.is_empty() {
        talk.say(
            "There is nothing that it could have. Plug a stick in, or make a partition on the card (`sudo fdisk DEVICE` where it has room),\n\
             and start this again; or go on without: the odometer then counts from the day on which the card was closed.",
        );
        return Ok(None);
    }
    let none = found.rooms.len() + 1;
    for (number, room) in found.rooms.iter().enumerate() {
        talk.say(&format!("  {} {}", number + 1, room.shown()));
    }
    talk.say(&format!(
        "  {none} none of them: the odometer then counts from the day on which the card was closed"
    ));
    if dry_run {
        return Ok(None);
    }
    let number = talk.choose("Which one may be its place?", none, none).await?;
    Ok(found.rooms.get(number - 1).map(|room| Chosen { room: room.clone(), formats: true }))
}

async fn agreed(talk: &mut Talk, chosen: &Chosen) -> Result<bool, Error> {
    let room = &chosen.room;
    if !chosen.formats {
        return talk.confirm("Do that?", true).await;
    }
    talk.say(&match &room.cut {
        Some(cut) => {
            format!("{} is made and formatted then; the other partitions of {} stay.", room.path, cut.disk)
        }
        None => format!("ALL that is on {} is gone then.", room.shown()),
    });
    let typed = talk.word(&format!("Type {} to have it formatted, or Enter to leave it:", room.path)).await?;
    Ok(typed == room.path)
}

fn ask(program: &str, words: &[&str], remedy: &str) -> Result<String, Error> {
    let failed = |said: String| Error::Step {
        command: format!("{program} {}", words.join(" ")),
        words: said,
        remedy: remedy.to_owned(),
    };
    let output = Command::new(program).args(words).env("LC_ALL", "C.UTF-8").output();
    let output = output.map_err(|error| failed(error.to_string()))?;
    if !output.status.success() {
        return Err(failed(String::from_utf8_lossy(&output.stderr).trim().to_owned()));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// What stands at the start of a device that udev knows nothing of.
fn signature(path: &str) -> Option<String> {
    let words = ["--no-act", "--noheadings", "--output", "TYPE", path];
    let output = Command::new("wipefs").args(words).output().ok()?;
    let found = String::from_utf8_lossy(&output.stdout).split_whitespace().collect::<Vec<_>>().join(", ");
    (!found.is_empty()).then_some(found)
}

fn succeeds(program: &str, words: &[&str]) -> bool {
    Command::new(program).args(words).output().is_ok_and(|output| output.status.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn room(path: &str, holds: Option<&str>) -> Room {
        Room {
            path: path.to_owned(),
            bytes: 64 << 20,
            holds: holds.map(str::to_owned),
            model: String::new(),
            cut: None,
        }
    }

    #[tokio::test]
    async fn only_its_name_has_a_device_formatted() {
        let found = Disks {
            rooms: vec![room("/dev/sda1", None), room("/dev/sdb", Some("vfat"))],
            ..Disks::default()
        };
        for (answers, path, agrees) in [
            (["1", "/dev/sda1"], "/dev/sda1", true),
            (["2", "/dev/sdb"], "/dev/sdb", true),
            (["1", "y"], "/dev/sda1", false),
            (["1", ""], "/dev/sda1", false),
            (["1", "/dev/sdb"], "/dev/sda1", false),
        ] {
            let mut talk = Talk::scripted(&answers);
            let chosen = choose(&mut talk, &found, false).await.unwrap().expect("one is chosen");
            assert!(chosen.room.path == path && chosen.formats);
            assert_eq!(agreed(&mut talk, &chosen).await.unwrap(), agrees, "{answers:?}");
            assert!(talk.said().contains(&format!("ALL that is on {path} (64 MiB)")), "{}", talk.said());
        }
        let cut = Some(free::Cut { disk: "/dev/sda".to_owned(), number: 2, start: 8192, sectors: 131_072 });
        let made = Chosen { room: Room { cut, ..room("/dev/sda2", None) }, formats: true };
        let mut talk = Talk::scripted(&["/dev/sda2", "y"]);
        assert!(agreed(&mut talk, &made).await.unwrap() && !agreed(&mut talk, &made).await.unwrap());
        assert!(talk.said().contains("the other partitions of /dev/sda stay"), "{}", talk.said());
        let mut talk = Talk::scripted(&[""]);
        assert!(choose(&mut talk, &found, false).await.unwrap().is_none(), "Enter takes none");
        assert!(
            choose(&mut Talk::with_nobody(), &found, true).await.unwrap().is_none(),
            "nor does a dry run"
        );
    }

    #[tokio::test]
    async fn a_place_that_is_there_is_taken_as_it_is() {
        let one = Disks {
            labelled: vec![room("/dev/sda1", Some("ext4"))],
            rooms: vec![room("/dev/sdb", None)],
            ..Disks::default()
        };
        let mut talk = Talk::scripted(&["y"]);
        let chosen = choose(&mut talk, &one, false).await.unwrap().expect("it is taken");
        assert!(chosen.room.path == "/dev/sda1" && !chosen.formats);
        assert!(agreed(&mut talk, &chosen).await.unwrap());
        let two =
            Disks { labelled: vec![room("/dev/sda1", None), room("/dev/sdb1", None)], ..Disks::default() };
        let error = choose(&mut talk, &two, false).await.expect_err("which?").to_string();
        assert!(error.contains("/dev/sda1 and /dev/sdb1") && error.contains("e2label"), "{error}");
        let nothing = Disks { refused: vec!["/dev/mmcblk0p2: in use (/)".to_owned()], ..Disks::default() };
        assert!(choose(&mut talk, &nothing, false).await.unwrap().is_none());
        assert!(
            talk.said().contains("not: /dev/mmcblk0p2: in use (/)")
                && talk.said().contains("Plug a stick in")
        );
    }
}
