//! The vehicle profiles that can be offered: built in, in /etc/cardash/vehicles, and named by hand.

use std::fs;
use std::path::{Path, PathBuf};

use can_reader::Vehicle;

use crate::error::Error;
use crate::fit::Candidate;
use crate::place::Place;

/// The profiles, and a sentence for each file that is none.
#[derive(Debug, Default)]
pub struct Profiles {
    /// Those that can be used, the named one first.
    pub candidates: Vec<Candidate>,
    /// What is wrong with the others.
    pub warnings: Vec<String>,
}

/// Loads all of them; `named` is what `--vehicle` says. Whatever answers a scan tool is no car's own message: the profile for that is
/// not among them unless it is named.
///
/// # Errors
/// The named one cannot be used.
pub fn load(place: &Place, named: Option<&str>) -> Result<Profiles, Error> {
    let mut profiles = Profiles::default();
    if let Some(named) = named {
        let vehicle = Vehicle::find(named)?;
        profiles.candidates.push(Candidate::new(key_of(place, named), vehicle));
    }
    let known = |profiles: &Profiles, key: &str| profiles.candidates.iter().any(|other| other.key == key);
    for name in Vehicle::builtin() {
        if !known(&profiles, name) && name != crate::asking::VEHICLE {
            profiles.candidates.push(Candidate::new(name.to_owned(), Vehicle::find(name)?));
        }
    }
    for file in own_files(&place.vehicles()) {
        let key = key_of(place, &file.display().to_string());
        match Vehicle::load(&file) {
            Ok(_) if known(&profiles, &key) => {}
            Ok(vehicle) => profiles.candidates.push(Candidate::new(key, vehicle)),
            Err(error) => profiles.warnings.push(format!("not offered: {error}")),
        }
    }
    Ok(profiles)
}

/// Whether the service, which runs as a user of its own, can be expected to read the profile.
///
/// # Errors
/// It lies where only people have their files.
pub fn within_reach(key: &str) -> Result<(), Error> {
    let private =
        ["/home/", "/root/", "/tmp/", "/var/tmp/", "/run/user/", "/media/", "/mnt/", "/srv/", "/boot/"];
    if private.iter().any(|folder| key.starts_with(folder)) {
        return Err(Error::ProfileOutOfReach(PathBuf::from(key)));
    }
    Ok(())
}

/// What the configuration calls a profile: relative to the configuration where it lies beside it, so that
/// it stays true when an image of a card is set up under another root.
pub(crate) fn key_of(place: &Place, vehicle: &str) -> String {
    if !vehicle.contains('/') && Path::new(vehicle).extension().is_none_or(|ending| ending != "toml") {
        return vehicle.to_owned();
    }
    let full = fs::canonicalize(vehicle).unwrap_or_else(|_| PathBuf::from(vehicle));
    let folder = place.folder();
    let folder = fs::canonicalize(&folder).unwrap_or(folder);
    match full.strip_prefix(&folder) {
        // A bare file name ends in .toml, which the configuration takes for a path too.
        Ok(relative) => relative.display().to_string(),
        Err(_) => place.as_installed(&full).display().to_string(),
    }
}

fn own_files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut files: Vec<_> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "toml"))
        .collect();
    files.sort();
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROFILE: &str = "title = \"My kit car\"\n[vehicle_speed]\nsignal = \"M.S\"\n[limits]\n";
    const DBC: &str = "dbc_inline = '''\nVERSION \"\"\nNS_ :\nBS_:\nBU_: X\nBO_ 300 M: 2 X\n SG_ S : 0|16@1+ (0.01,0) [0|300] \"km/h\" X\n'''\n";

    fn system() -> (tempfile::TempDir, Place) {
        let root = tempfile::tempdir().unwrap();
        let place = Place::new(Some(root.path()));
        fs::create_dir_all(place.vehicles()).unwrap();
        fs::write(place.vehicles().join("kit.toml"), format!("{DBC}{PROFILE}")).unwrap();
        (root, place)
    }

    #[test]
    fn own_profiles_stand_beside_the_built_in_ones_and_bad_ones_are_told() {
        let (_root, place) = system();
        fs::write(place.vehicles().join("bad.toml"), "title = 3").unwrap();
        let profiles = load(&place, None).unwrap();
        let keys: Vec<_> = profiles.candidates.iter().map(|candidate| candidate.key.as_str()).collect();
        assert_eq!(keys.len(), Vehicle::builtin().len(), "all but obd, and this one");
        assert!(keys.contains(&"honda") && keys.contains(&"vehicles/kit.toml"), "{keys:?}");
        assert_eq!(profiles.warnings.len(), 1);
        assert!(profiles.warnings[0].contains("bad.toml"), "{}", profiles.warnings[0]);
    }

    #[test]
    fn the_named_one_comes_first_and_once() {
        let (_root, place) = system();
        let named = place.vehicles().join("kit.toml").display().to_string();
        for named in [named.as_str(), "icsim"] {
            let profiles = load(&place, Some(named)).unwrap();
            let keys: Vec<_> = profiles.candidates.iter().map(|candidate| candidate.key.clone()).collect();
            assert_eq!(keys[0], key_of(&place, named));
            assert_eq!(keys.len(), Vehicle::builtin().len(), "{keys:?}");
        }
        let error = load(&place, Some("hondo")).unwrap_err().to_string();
        assert!(error.contains("did you mean \"honda\"?"), "{error}");
    }

    #[test]
    fn profiles_in_home_folders_are_refused_with_the_remedy() {
        assert!(within_reach("honda").is_ok() && within_reach("vehicles/kit.toml").is_ok());
        assert!(within_reach("/usr/share/cardash/vehicles/honda.toml").is_ok());
        let error = within_reach("/home/pi/kit.toml").unwrap_err().to_string();
        assert!(error.contains("cp /home/pi/kit.toml FILE.dbc /etc/cardash/vehicles/"), "{error}");
    }
}
