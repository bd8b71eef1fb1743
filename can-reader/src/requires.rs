//! The key `requires` of configuration files: which version of the program they are written for.

use std::fmt;

use toml::de::{DeTable, DeValue};

/// A file is written for a later version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unmet {
    /// What it asks for, as written.
    pub needed: String,
    /// Line of the key, from 1.
    pub line: usize,
}

impl fmt::Display for Unmet {
    /// A clause that says which version is needed and what to do.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { needed, .. } = self;
        write!(f, "it needs Cardash {needed}, and this is {OWN}; install that version or a later one")
    }
}

/// The version of this program.
const OWN: &str = env!("CARGO_PKG_VERSION");

/// Looks at `requires = "0.2"` in the text of a TOML file, before anything else in it is judged: an older program cannot
/// know the other keys. A file without the key, or that is no TOML at all, asks for nothing.
///
/// # Errors
/// [`Unmet`], when it is written for a later version; also for one that is none, which this program cannot judge.
pub fn check(text: &str) -> Result<(), Unmet> {
    let Ok(document) = DeTable::parse(text) else { return Ok(()) };
    let Some((key, value)) = document.get_ref().get_key_value("requires") else { return Ok(()) };
    let needed = match value.get_ref() {
        DeValue::String(needed) => needed.to_string(),
        DeValue::Float(number) => number.as_str().to_owned(),
        DeValue::Integer(number) => number.as_str().to_owned(),
        _ => return Ok(()), // the type is refused where the key is read
    };
    let is_met = version(&needed).zip(version(OWN)).is_some_and(|(needed, own)| needed <= own);
    if is_met {
        return Ok(());
    }
    let line = 1 + text.bytes().take(key.span().start).filter(|byte| *byte == b'\n').count();
    Err(Unmet { needed, line })
}

/// The numbers of `0.2` or `0.2.1`.
fn version(text: &str) -> Option<[u32; 3]> {
    let mut numbers = [0; 3];
    let mut parts = text.trim().trim_start_matches('v').split('.');
    for (number, part) in numbers.iter_mut().zip(parts.by_ref()) {
        *number = part.parse().ok()?;
    }
    parts.next().is_none().then_some(numbers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_later_version_is_named_before_unknown_keys_are() {
        let unmet = check("title = \"x\"\nrequires = \"9.9\"\nwhatever = 1\n").unwrap_err();
        assert_eq!(unmet, Unmet { needed: "9.9".to_owned(), line: 2 });
        assert!(unmet.to_string().starts_with("it needs Cardash 9.9, and this is 0."), "{unmet}");
        assert!(check("requires = 9.9").is_err(), "a number is meant as well");
        assert!(check("requires = \"soon\"").is_err());
    }

    #[test]
    fn this_version_and_older_ones_are_met() {
        for needed in ["0", "0.1", "0.1.0", "0.2", OWN, "v0.1"] {
            assert_eq!(check(&format!("requires = \"{needed}\"\n")), Ok(()), "{needed}");
        }
        assert_eq!(check("title = \"x\""), Ok(()));
        assert_eq!(check("no TOML ["), Ok(()));
        assert_eq!(version("1.2.3.4"), None);
        assert!(version("0.10") > version("0.9.9"));
    }
}
