//! What can be wrong with a DBC file, or with what is asked of it.

use std::io;

/// A DBC file that cannot be read, or that lacks what is asked for.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DbcError {
    /// No file at this path.
    #[error("{name}: no such file; check the path of the DBC file")]
    Missing {
        /// The file.
        name: String,
    },
    /// A directory where a file is wanted.
    #[error("{name}: is a directory; name a DBC file in it")]
    Directory {
        /// The path.
        name: String,
    },
    /// The system would not read it.
    #[error("{name}: cannot be read: {source}; check its permissions and its disk")]
    Read {
        /// The file.
        name: String,
        /// The reason.
        source: io::Error,
    },
    /// Nothing in it.
    #[error("{name}: is empty; a DBC file has at least one message (a line BO_ ...): copy the file again")]
    Empty {
        /// The file.
        name: String,
    },
    /// A page of HTML, as a browser saves it where a link to the file was meant.
    #[error(
        "{name}: is a web page and not a DBC file; get the file itself (on GitHub: open it, \"Raw\" or \
         \"Download raw file\"), and save that"
    )]
    WebPage {
        /// The file.
        name: String,
    },
    /// It ends inside a statement.
    #[error(
        "{name}:{line}: the file ends in the middle of a statement, so it is truncated (last line: {excerpt:?}); \
         copy the file again"
    )]
    Truncated {
        /// The file.
        name: String,
        /// The line where the statement begins to be wrong, from 1.
        line: usize,
        /// That line.
        excerpt: String,
    },
    /// A line that is not DBC.
    #[error("{name}:{line}:{column}: not valid DBC: {reason}, in {excerpt:?}; correct this line")]
    Syntax {
        /// The file.
        name: String,
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What the parser expected.
        reason: String,
        /// The line.
        excerpt: String,
    },
    /// A value that DBC does not allow.
    #[error("{name}{}: {reason}; correct this statement", line.map(|n| format!(":{n}")).unwrap_or_default())]
    Value {
        /// The file.
        name: String,
        /// Line, from 1, where it could be found.
        line: Option<usize>,
        /// What is wrong.
        reason: String,
    },
    /// No message of this name.
    #[error("{name} has no message {message:?}{}; `can-reader list --dbc {name}` shows all", hint(nearest))]
    NoMessage {
        /// The file.
        name: String,
        /// What was asked for.
        message: String,
        /// The message with the most similar name.
        nearest: Option<String>,
    },
    /// No signal of this name in the message.
    #[error(
        "{name}: message {message} has no signal {signal:?}{}; `can-reader list --dbc {name}` shows all",
        hint(nearest)
    )]
    NoSignal {
        /// The file.
        name: String,
        /// The message.
        message: String,
        /// What was asked for.
        signal: String,
        /// The signal with the most similar name.
        nearest: Option<String>,
    },
    /// Not of the form `MESSAGE.SIGNAL`.
    #[error(
        "{name}: {path:?} names no signal: write MESSAGE.SIGNAL{}; `can-reader list --dbc {name}` shows all",
        hint(nearest)
    )]
    NotAPath {
        /// The file.
        name: String,
        /// What was asked for.
        path: String,
        /// The full path of the signal with the most similar name.
        nearest: Option<String>,
    },
    /// A message that no frame can carry.
    #[error("{name}: message {message} cannot be used: {fault}")]
    UnusableMessage {
        /// The file.
        name: String,
        /// The message.
        message: String,
        /// Why, and the remedy.
        fault: String,
    },
    /// A signal that cannot be decoded.
    #[error("{name}: signal {message}.{signal} cannot be used: {fault}; correct the signal in the DBC file")]
    UnusableSignal {
        /// The file.
        name: String,
        /// The message.
        message: String,
        /// The signal.
        signal: String,
        /// Why.
        fault: String,
    },
}

/// A value that cannot be put into a payload.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum EncodeError {
    /// Beyond what the signal's bits can hold.
    #[error("{value} does not fit signal {signal}, which holds {low} to {high}")]
    OutOfRange {
        /// The signal.
        signal: String,
        /// The physical value.
        value: f64,
        /// Lowest physical value that the bits can hold.
        low: f64,
        /// Highest.
        high: f64,
    },
    /// The payload ends before the signal does.
    #[error("signal {signal} needs {needed} bytes of payload, and there are {len}")]
    TooShort {
        /// The signal.
        signal: String,
        /// Bytes that it needs, its multiplexors included.
        needed: usize,
        /// Bytes that there are.
        len: usize,
    },
    /// The signal cannot be encoded at all.
    #[error("signal {signal} cannot be encoded: {fault}; correct the signal in the DBC file")]
    Unusable {
        /// The signal.
        signal: String,
        /// Why.
        fault: String,
    },
}

/// The name most like `wanted`: equal but for case, else similar, else one that contains it.
pub(crate) fn nearest<'a>(wanted: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = wanted.to_lowercase();
    let score = |name: &str| {
        let name = name.to_lowercase();
        let similar = strsim::jaro_winkler(&wanted, &name);
        let contains = !wanted.is_empty() && (name.contains(&wanted) || wanted.contains(&name));
        if contains { similar.max(0.8) } else { similar }
    };
    names
        .map(|name| (score(name), name))
        .filter(|(score, _)| *score >= 0.7)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name)
}

fn hint(nearest: &Option<String>) -> String {
    nearest.as_ref().map(|name| format!(" (nearest: {name})")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearest_ignores_case_and_prefers_the_most_similar() {
        let names = ["WHEEL_SPEED_FL", "WHEEL_SPEED_FR", "CHECKSUM"];
        assert_eq!(nearest("wheel_speed_fr", names.into_iter()), Some("WHEEL_SPEED_FR"));
        assert_eq!(nearest("WHEL_SPEED_FL", names.into_iter()), Some("WHEEL_SPEED_FL"));
        assert_eq!(nearest("sum", names.into_iter()), Some("CHECKSUM"));
        assert_eq!(nearest("zzz", names.into_iter()), None);
        assert_eq!(nearest("", names.into_iter()), None);
    }
}
