//! Messages and signals of a DBC file, compiled for decoding and encoding.
//!
//! Every file that the `can-dbc` parser accepts loads. What cannot be defended (a signal that does
//! not fit its message, an id that no frame can have) is a warning when the file loads, and an error
//! when it is asked for by name.

mod compile;
mod dialect;
mod error;
mod field;
mod format;
mod id;
mod meaning;
mod message;
mod mux;
mod signal;
mod table;
mod text;
mod write;

use std::collections::HashMap;
use std::io;
use std::path::Path;
use std::sync::Arc;

pub use error::{DbcError, EncodeError};
pub use field::ByteOrder;
pub use meaning::Meaning;
pub use message::Message;
pub use signal::{Signal, SignalKind};
pub use table::ValueTable;
pub use write::write;

pub(crate) use error::nearest;
pub(crate) use table::raw_of;

use crate::filter::FilterMap;
use crate::frame::FrameId;

/// A DBC file.
#[derive(Clone, Debug)]
pub struct Database {
    name: Arc<str>,
    messages: Vec<Message>,
    by_id: FilterMap<usize>,
    by_name: HashMap<String, usize>,
    refused: HashMap<String, String>,
    warnings: Vec<String>,
}

impl Database {
    /// Reads and compiles the file at `path`.
    ///
    /// # Errors
    /// When it is missing, unreadable, a directory, empty or not a DBC file; the error names the file,
    /// the line where there is one, and the remedy.
    pub fn load(path: &Path) -> Result<Self, DbcError> {
        let name = path.display().to_string();
        match crate::files::read(path) {
            Ok(bytes) => Self::parse(&name, &bytes),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(DbcError::Missing { name }),
            Err(_) if path.is_dir() => Err(DbcError::Directory { name }),
            Err(source) => Err(DbcError::Read { name, source }),
        }
    }

    /// Compiles the text of a DBC file; `name` is what errors and warnings call it.
    ///
    /// The text is UTF-8 (with or without a byte order mark), UTF-16 with one, or else Windows-1252,
    /// of which Latin-1 is a part.
    ///
    /// # Errors
    /// As [`Database::load`].
    pub fn parse(name: &str, bytes: &[u8]) -> Result<Self, DbcError> {
        let text = text::decode(bytes);
        if text.trim().is_empty() {
            return Err(DbcError::Empty { name: name.to_owned() });
        }
        if text::is_web_page(&text) {
            return Err(DbcError::WebPage { name: name.to_owned() });
        }
        let (text, mended) = dialect::mended(&text);
        let dbc = can_dbc::Dbc::try_from(&*text).map_err(|error| text::explain(name, &text, error))?;
        let mut database = compile::database(name, &text, &dbc);
        database.warnings.extend(mended.into_iter().map(|what| format!("{name}: {what}")));
        Ok(database)
    }

    /// The path or name it was loaded by.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its messages, in the order of the file. Messages whose id no frame can have are left out.
    #[must_use]
    pub fn messages(&self) -> &[Message] {
        &self.messages
    }

    /// The message of this name, long or short; of several, the last.
    ///
    /// # Errors
    /// When there is none, or no frame can have its id. The error names the nearest.
    pub fn message(&self, name: &str) -> Result<&Message, DbcError> {
        if let Some(&index) = self.by_name.get(name) {
            return Ok(&self.messages[index]);
        }
        let file = self.name.to_string();
        if let Some(fault) = self.refused.get(name) {
            let message = name.to_owned();
            return Err(DbcError::UnusableMessage { name: file, message, fault: fault.clone() });
        }
        let nearest = nearest(name, self.messages.iter().map(Message::name)).map(str::to_owned);
        Err(DbcError::NoMessage { name: file, message: name.to_owned(), nearest })
    }

    /// The message that a frame with this id is; of several the one whose filter is narrowest, and of those the last.
    #[must_use]
    pub fn message_by_id(&self, id: FrameId) -> Option<&Message> {
        self.by_id.get(id).map(|&index| &self.messages[index])
    }

    /// The signal called `MESSAGE.SIGNAL`, as [`Message::signal`] looks for it.
    ///
    /// # Errors
    /// When there is no such message or signal (the error names the nearest), or when the signal cannot
    /// be decoded.
    pub fn signal(&self, path: &str) -> Result<(&Message, &Signal), DbcError> {
        let Some((message, signal)) = path.split_once('.') else {
            return Err(DbcError::NotAPath {
                name: self.name.to_string(),
                path: path.to_owned(),
                nearest: self.path_of(path),
            });
        };
        let message = self.message(message)?;
        Ok((message, message.signal(signal)?))
    }

    /// What is wrong in the file, a sentence each.
    #[must_use]
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// The full path of the signal whose own name is nearest to `signal`.
    fn path_of(&self, signal: &str) -> Option<String> {
        let names = self.messages.iter().flat_map(|m| m.signals().iter().map(Signal::name));
        let nearest = nearest(signal, names)?;
        let message = self.messages.iter().find(|m| m.signals().iter().any(|s| s.name() == nearest))?;
        Some(format!("{}.{nearest}", message.name()))
    }
}
