//! Lists the profiles in `vehicles/` for `src/vehicle/builtin.rs`, and finds out which tests can run here; those that cannot are reported as ignored, with the reason.
//!
//! - `captures`: recordings of real cars lie in `shared/captures` beside the workspace.
//! - `cases`: inputs that were once understood wrongly lie in `shared/cases` beside it.
//! - `recordings`: recordings of more cars lie in `shared/recordings` beside it.
//! - `cantools`: the Python of `CARDASH_PYTHON`, else of `target/python`, has the cantools library.
//! - `opendbc`: there is a Python with cantools, and `target/opendbc` has opendbc.
//! - `cantools_sources`: its environment has `sources/cantools-*.tar.gz`, with public DBC files.

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn main() {
    println!("cargo::rustc-check-cfg=cfg(captures, cases, recordings, cantools, cantools_sources, opendbc)");
    // Only what exists is watched: cargo takes a missing file for a changed one, and would build again
    // each time. `deploy/test` sets the variable, so that what it installs is found.
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=CARDASH_PYTHON");

    builtin();
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    for name in ["captures", "cases", "recordings"] {
        let folder = workspace.join("../shared").join(name);
        if folder.is_dir() {
            println!("cargo::rerun-if-changed={}", folder.display());
            println!("cargo::rustc-cfg={name}");
        }
    }

    let python = python(&workspace);
    let sources = python.as_ref().and_then(Python::sources);
    // Empty where there is none: the tests that use them are ignored then.
    let path = |path: Option<&Path>| path.map(|path| path.display().to_string()).unwrap_or_default();
    println!("cargo::rustc-env=CANTOOLS_PYTHON={}", path(python.as_ref().map(|python| &*python.program)));
    println!("cargo::rustc-env=CANTOOLS_SOURCES={}", path(sources.as_deref()));
    if let Some(python) = &python {
        println!("cargo::rustc-cfg=cantools");
        if python.program.exists() {
            println!("cargo::rerun-if-changed={}", python.program.display());
        }
    }
    let opendbc = target(&workspace).join("opendbc");
    let opendbc = Some(opendbc).filter(|folder| python.is_some() && folder.join("installed").exists());
    println!("cargo::rustc-env=OPENDBC={}", path(opendbc.as_deref()));
    if let Some(opendbc) = &opendbc {
        println!("cargo::rustc-cfg=opendbc");
        println!("cargo::rerun-if-changed={}", opendbc.join("installed").display());
    }
    if let Some(sources) = &sources {
        println!("cargo::rerun-if-changed={}", sources.display());
        println!("cargo::rustc-cfg=cantools_sources");
    }
}

/// Writes the list of built-in vehicles: each `vehicles/NAME.toml` with its `NAME.dbc`, by name.
fn builtin() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("vehicles");
    println!("cargo::rerun-if-changed={}", folder.display());
    let files = fs::read_dir(&folder).expect("can-reader/vehicles can be read");
    let paths = files.map(|file| file.expect("can-reader/vehicles can be read").path());
    let mut profiles: Vec<_> =
        paths.filter(|path| path.extension().is_some_and(|end| end == "toml")).collect();
    profiles.sort_by(|one, other| one.file_stem().cmp(&other.file_stem()));
    let mut list = String::from("[\n");
    for profile in profiles {
        let name = profile.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let dbc = profile.with_extension("dbc");
        assert!(dbc.exists(), "{}: its DBC must be beside it, as {name}.dbc", profile.display());
        writeln!(
            list,
            "Builtin {{ name: {name:?}, profile: include_str!({profile:?}), dbc: ({:?}, include_bytes!({dbc:?})) }},",
            format!("{name}.dbc")
        )
        .expect("a String can be written to");
    }
    list.push(']');
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    fs::write(out.join("builtin.rs"), list).expect("OUT_DIR can be written to");
}

/// A Python interpreter that has cantools.
struct Python {
    program: PathBuf,
    prefix: PathBuf,
}

impl Python {
    fn sources(&self) -> Option<PathBuf> {
        let files = fs::read_dir(self.prefix.join("sources")).ok()?;
        let mut paths = files.filter_map(|file| Some(file.ok()?.path()));
        paths.find(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.starts_with("cantools-") && name.ends_with(".tar.gz")
        })
    }
}

/// Where cargo builds.
fn target(workspace: &Path) -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| workspace.join("target"), PathBuf::from)
}

fn python(workspace: &Path) -> Option<Python> {
    let target = target(workspace);
    let chosen = env::var_os("CARDASH_PYTHON").filter(|path| !path.is_empty()).map(PathBuf::from);
    let program = match &chosen {
        None => target.join("python/bin/python3"),
        Some(command) if command.components().count() == 1 => command.clone(),
        Some(path) => workspace.join(path), // stays as it is when absolute
    };
    let prefix = Command::new(&program).args(["-c", "import cantools, sys; print(sys.prefix)"]).output();
    let prefix =
        prefix.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    if prefix.is_empty() && chosen.is_some() {
        println!("cargo::warning=CARDASH_PYTHON has no cantools: {}", program.display());
    }
    (!prefix.is_empty()).then(|| Python { program, prefix: PathBuf::from(prefix.trim()) })
}
