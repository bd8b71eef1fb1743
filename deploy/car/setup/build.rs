//! Finds out which tests can run here; those that cannot are ignored: whether recordings of real cars lie in `shared` beside the
//! workspace, and whether `target/opendbc` has opendbc.

use std::env;
use std::path::{Path, PathBuf};

fn main() {
    println!("cargo::rustc-check-cfg=cfg(captures, recordings, opendbc)");
    println!("cargo::rerun-if-changed=build.rs");
    let shared = Path::new(&env::var("CARGO_MANIFEST_DIR").unwrap_or_default()).join("../../../../shared");
    for name in ["captures", "recordings"] {
        if shared.join(name).is_dir() {
            println!("cargo::rerun-if-changed={}", shared.join(name).display());
            println!("cargo::rustc-cfg={name}");
        }
    }
    opendbc();
}

/// As can-reader's build.rs has it; the Python needs no more than that program.
fn opendbc() {
    println!("cargo::rerun-if-env-changed=CARDASH_PYTHON");
    println!("cargo::rerun-if-env-changed=CARGO_TARGET_DIR");
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..");
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| workspace.join("target"), PathBuf::from);
    let chosen = env::var_os("CARDASH_PYTHON").filter(|path| !path.is_empty()).map(PathBuf::from);
    let python = match chosen {
        None => target.join("python/bin/python3"),
        Some(command) if command.components().count() == 1 => command,
        Some(path) => workspace.join(path), // stays as it is when absolute
    };
    let opendbc = target.join("opendbc");
    println!("cargo::rustc-env=OPENDBC={}", opendbc.display());
    println!("cargo::rustc-env=OPENDBC_PYTHON={}", python.display());
    if opendbc.join("installed").exists() && (python.components().count() == 1 || python.exists()) {
        println!("cargo::rerun-if-changed={}", opendbc.join("installed").display());
        println!("cargo::rustc-cfg=opendbc");
    }
}
