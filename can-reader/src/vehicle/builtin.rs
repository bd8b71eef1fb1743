//! The profiles in `vehicles/`, embedded so that the program needs no files at run time.

/// A profile and its DBC.
pub(super) struct Builtin {
    pub name: &'static str,
    pub profile: &'static str,
    /// File name and bytes of the DBC.
    pub dbc: (&'static str, &'static [u8]),
}

macro_rules! builtin {
    ($name:literal) => {
        Builtin {
            name: $name,
            profile: include_str!(concat!("../../vehicles/", $name, ".toml")),
            dbc: (concat!($name, ".dbc"), include_bytes!(concat!("../../vehicles/", $name, ".dbc"))),
        }
    };
}

pub(super) const ALL: &[Builtin] =
    &[builtin!("honda"), builtin!("icsim"), builtin!("piracer"), builtin!("simulator"), builtin!("toyota")];
