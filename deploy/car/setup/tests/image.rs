//! The real program on the image of a card, where no CAN interface is needed.

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use common::{alone, words};

/// The root file system of a card that is mounted in a folder.
struct Image(tempfile::TempDir);

impl Image {
    /// With the units of the package, but started by something else than `systemctl enable`: that program need
    /// not be on the machine of the test.
    fn new() -> Self {
        let image = Self::without_package();
        let units = image.0.path().join("usr/lib/systemd/system");
        fs::create_dir_all(&units).expect("a folder");
        for unit in ["speed-service.service", "cardash-can@.service"] {
            fs::write(units.join(unit), "[Service]\nExecStart=/bin/true\n").expect("the unit");
        }
        image
    }

    fn without_package() -> Self {
        let image = Self(tempfile::tempdir().expect("a folder"));
        fs::create_dir(image.0.path().join("etc")).expect("a folder");
        image
    }

    fn file(&self) -> PathBuf {
        self.0.path().join("etc/cardash/speed.toml")
    }

    fn text(&self) -> String {
        fs::read_to_string(self.file()).expect("the configuration")
    }

    /// Exit code, and all that was said.
    fn set_up(&self, vehicle: &str, more: &[&str]) -> (Option<i32>, String) {
        run(self.0.path(), vehicle, more)
    }
}

fn run(root: &Path, vehicle: &str, more: &[&str]) -> (Option<i32>, String) {
    let root = root.display().to_string();
    let always = ["--root", &root, "--no-listen", "--interface", "can7", "--vehicle", vehicle, "--yes"];
    let output = alone(&[&always, more].concat());
    (output.status.code(), words(&output))
}

#[test]
fn a_run_in_the_car_does_not_keep_what_a_bench_needed() {
    let image = Image::new();
    let (code, said) = image.set_up("honda", &["--bit-rate", "250000", "--acknowledge"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(!said.contains("sends nothing") && said.contains("by --acknowledge the controller"), "{said}");
    assert!(image.text().ends_with("bit_rate = 250000\nlisten_only = false\n"), "{}", image.text());

    let (code, said) = image.set_up("honda", &["--bit-rate", "500000"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(!said.contains("sends nothing") && said.contains("by listen_only = false in"), "{said}");
    assert!(said.contains("It is set to listen_only = true again"), "{said}");
    assert!(image.text().ends_with("bit_rate = 500000\nlisten_only = true\n"), "{}", image.text());

    let (_, said) = image.set_up("honda", &["--bit-rate", "500000"]);
    assert!(said.starts_with("Cardash set-up. It sends nothing on the CAN bus.\n"), "{said}");
    assert!(said.contains("says so already"), "{said}");
}

#[test]
fn a_vehicle_that_is_a_bench_itself_stays_one() {
    let image = Image::new();
    let (code, said) = image.set_up("piracer", &["--bit-rate", "500000"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(!image.text().contains("listen_only"), "{}", image.text());
    assert!(said.contains("by the profile's listen_only = false the controller acknowledges"), "{said}");
}

#[test]
fn a_folder_that_holds_no_system_is_refused_and_stays_as_it_is() {
    let folder = tempfile::tempdir().expect("a folder");
    for root in [folder.path().join("typo"), folder.path().to_owned()] {
        for more in [&["--bit-rate", "500000"][..], &["--bit-rate", "500000", "--dry-run"]] {
            let (code, said) = run(&root, "honda", more);
            assert_eq!(code, Some(1), "{said}");
            assert!(said.contains(&format!("--root {}: no system lies there", root.display())), "{said}");
        }
    }
    assert!(fs::read_dir(folder.path()).expect("the folder").next().is_none(), "nothing was made");
}

#[test]
fn a_system_without_the_package_is_not_done() {
    let image = Image::without_package();
    let (code, said) = image.set_up("honda", &["--bit-rate", "500000", "--dry-run"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("    bit_rate = 500000\n"), "the file is shown: {said}");
    assert!(said.contains("is the package cardash-service installed?"), "{said}");
    assert!(!image.file().exists());

    let (code, said) = image.set_up("honda", &["--bit-rate", "500000"]);
    assert_eq!(code, Some(1), "{said}");
    let missing =
        "has no cardash-can@.service and no speed-service.service. Install the package cardash-service";
    assert!(said.contains("nothing will start, since the system in ") && said.contains(missing), "{said}");
    assert!(image.text().contains("bit_rate = 500000"), "what was said to be written is there");
}

#[test]
fn a_name_that_no_interface_can_have_is_a_wrong_command_line() {
    let image = Image::new();
    let root = image.0.path().display().to_string();
    for name in ["can0;rm", "", "a_name_of_16_byt"] {
        let output =
            alone(&["--root", &root, "--no-listen", "--interface", name, "--vehicle", "honda", "--yes"]);
        assert_eq!(output.status.code(), Some(2), "{}", words(&output));
        assert!(words(&output).contains("has 1 to 15 letters"), "{}", words(&output));
    }
    assert!(!image.file().exists());
}
