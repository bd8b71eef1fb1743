//! The `can-reader` program.

fn main() {}
