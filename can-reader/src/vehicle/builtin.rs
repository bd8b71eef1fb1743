//! The profiles in `vehicles/`, embedded so that the program needs no files at run time. `build.rs` lists them.

/// A profile and its DBC, as text: they are read when they are asked for.
pub(super) struct Builtin {
    pub name: &'static str,
    pub profile: &'static str,
    /// File name and bytes of the DBC.
    pub dbc: (&'static str, &'static [u8]),
}

/// By name.
pub(super) const ALL: &[Builtin] = &include!(concat!(env!("OUT_DIR"), "/builtin.rs"));
