//! Whether a message is a parameter group of SAE J1939: by the attribute `VFrameFormat`, or by its id.

use std::collections::{HashMap, HashSet};

use can_dbc::{AttributeDefinition, AttributeValue, AttributeValueType, Dbc, MessageId};

use crate::filter::IdFilter;
use crate::frame::FrameId;

const ATTRIBUTE: &str = "VFrameFormat";

const GROUP: &str = "J1939PG";

/// No control unit sends from these addresses: they stand where a file means any (254 is the null address, 255 global).
const PLACEHOLDERS: [u8; 2] = [0xFE, 0xFF];

/// What the file says of the format of its frames.
pub(super) struct Formats<'a> {
    /// The names of the values, where the attribute is an enumeration.
    names: &'a [String],
    of_message: HashMap<MessageId, &'a AttributeValue>,
    default: Option<&'a AttributeValue>,
    /// Groups of which the file has several messages: each is that of its own source address.
    shared: HashSet<u32>,
}

impl<'a> Formats<'a> {
    /// `ids`: of all messages, in the order of the file.
    pub fn new(dbc: &'a Dbc, ids: &[FrameId]) -> Self {
        let names = dbc.attribute_definitions.iter().find_map(|definition| match definition {
            AttributeDefinition::Message(name, AttributeValueType::Enum(names)) if name == ATTRIBUTE => {
                Some(names.as_slice())
            }
            _ => None,
        });
        let values = dbc.attribute_values_message.iter().filter(|value| value.name == ATTRIBUTE);
        Self {
            names: names.unwrap_or_default(),
            of_message: values.map(|value| (value.message_id, &value.value)).collect(),
            default: dbc.attribute_default(ATTRIBUTE),
            shared: shared(ids),
        }
    }

    /// Which frames a message is. A group may come from any address. A default of another format says nothing: it is in
    /// every file that CANdb++ has written.
    pub fn filter(&self, message: MessageId, id: FrameId) -> IdFilter {
        let is_group = |value: &AttributeValue| self.is_group(value);
        let of_message = self.of_message.get(&message).map(|value| is_group(value));
        let is_placeholder = id.source_address().is_some_and(|address| PLACEHOLDERS.contains(&address));
        match (of_message, id.pgn()) {
            (Some(true), Some(pgn)) => self.group(pgn, id, is_placeholder),
            (None, Some(pgn)) if self.default.is_some_and(is_group) || is_placeholder => {
                self.group(pgn, id, is_placeholder)
            }
            _ => IdFilter::exact(id),
        }
    }

    fn group(&self, pgn: u32, id: FrameId, is_placeholder: bool) -> IdFilter {
        let source = id.source_address().filter(|_| self.shared.contains(&pgn) && !is_placeholder);
        IdFilter::pgn(pgn, source)
    }

    /// An enumeration is written as the number of a value, or as its name.
    fn is_group(&self, value: &AttributeValue) -> bool {
        let number = match value {
            AttributeValue::String(name) if name == GROUP => return true,
            AttributeValue::String(text) => text.parse().ok(),
            AttributeValue::Uint(number) => usize::try_from(*number).ok(),
            AttributeValue::Int(number) => usize::try_from(*number).ok(),
            AttributeValue::Double(number) => (0..64).find(|n| f64::from(*n) == *number).map(|n| n as usize),
        };
        number.and_then(|number| self.names.get(number)).is_some_and(|name| name == GROUP)
    }
}

/// The groups that several ids have.
fn shared(ids: &[FrameId]) -> HashSet<u32> {
    let (mut seen, mut shared) = (HashMap::new(), HashSet::new());
    for id in ids {
        let Some(pgn) = id.pgn() else { continue };
        if seen.insert(pgn, *id).is_some_and(|other| other != *id) {
            shared.insert(pgn);
        }
    }
    shared
}
