//! The `speed-service` program.

fn main() {}
