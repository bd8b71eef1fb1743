//! Tells the tests whether the recordings of real cars are here.

use std::path::Path;

fn main() {
    println!("cargo::rustc-check-cfg=cfg(captures)");
    let captures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/captures");
    println!("cargo::rerun-if-changed=build.rs");
    // Cargo takes a missing file for a changed one, and would build again each time.
    if captures.is_dir() {
        println!("cargo::rerun-if-changed={}", captures.display());
        println!("cargo::rustc-cfg=captures");
    }
}
