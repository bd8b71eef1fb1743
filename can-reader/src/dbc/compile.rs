//! From the parser's tree to a [`Database`].

use std::collections::HashMap;
use std::sync::Arc;

use can_dbc::{
    AttributeValue, Comment, Dbc, MessageId, MultiplexIndicator, NumericValue, SignalExtendedValueType,
    ValDescription, ValueDescription, ValueType,
};

use super::field::{ByteOrder, Field};
use super::format::Formats;
use super::message::Message;
use super::mux::{Extended, Multiplexing};
use super::signal::{Codec, Signal, SignalKind};
use super::table::ValueTable;
use super::{Database, id};
use crate::filter::FilterMap;
use crate::frame::FrameId;

/// CANdb++ keeps signals of no message in this one, with an id that no frame has (0xC0000000).
const NO_MESSAGE: &str = "VECTOR__INDEPENDENT_SIG_MSG";

pub(super) fn database(name: &str, text: &str, dbc: &Dbc) -> Database {
    let mut database = Database {
        name: name.into(),
        messages: Vec::new(),
        by_id: FilterMap::default(),
        by_name: HashMap::new(),
        refused: HashMap::new(),
        warnings: Vec::new(),
    };
    let written = id::written(text);
    // Should the text and the tree ever disagree, the tree's id still tells most bad ones.
    let is_told = written.len() == dbc.messages.len();
    let ids: Vec<_> = dbc
        .messages
        .iter()
        .enumerate()
        .map(|(index, source)| {
            id::frame_id(if is_told { written[index] } else { u64::from(source.id.raw()) })
        })
        .collect();
    let usable: Vec<_> = ids.iter().flatten().copied().collect();
    let extras = Extras::new(dbc, &usable);
    for (source, id) in dbc.messages.iter().zip(ids) {
        if source.name == NO_MESSAGE {
            continue;
        }
        match id {
            Ok(id) => {
                let message = extras.message(&database.name, source, id, &mut database.warnings);
                database.add(message);
            }
            Err(fault) => {
                database.warn(format!("message {} is left out: {fault}", source.name));
                database.refused.insert(source.name.clone(), fault);
                // The parser cuts ids to 16 bits, also where SIG_VALTYPE_, SG_MUL_VAL_ and comments use them.
                let mut others = dbc.messages.iter().filter(|other| other.id == source.id);
                if let Some(other) = others.find(|other| other.name != source.name) {
                    let (bad, good) = (&source.name, &other.name);
                    database.warn(format!(
                        "what it says of signals of {bad} may be taken for {good}: correct that id"
                    ));
                }
            }
        }
    }
    if database.messages.is_empty() {
        database.warn("it has no messages that a frame can carry".to_owned());
    }
    database
}

impl Database {
    fn add(&mut self, message: Message) {
        let index = self.messages.len();
        if let Some(former) = self.by_id.insert(message.filter, index) {
            let former = &self.messages[former].name;
            let text = format!(
                "messages {former} and {} have the same id ({}); the last counts",
                message.name, message.filter
            );
            self.warn(text);
        }
        for name in [Some(message.name.as_str()), message.short.as_deref()].into_iter().flatten() {
            if self.by_name.insert(name.to_owned(), index).is_some() {
                self.warn(format!("message {name} is there more than once; the last counts"));
            }
        }
        self.messages.push(message);
    }

    fn warn(&mut self, text: String) {
        self.warnings.push(format!("{}: {text}", self.name));
    }
}

/// What a DBC file says of messages and signals outside of them.
struct Extras<'a> {
    floats: HashMap<(MessageId, &'a str), SignalExtendedValueType>,
    signal_comments: HashMap<(MessageId, &'a str), &'a str>,
    message_comments: HashMap<MessageId, &'a str>,
    cycles: HashMap<MessageId, &'a AttributeValue>,
    cycle: Option<&'a AttributeValue>,
    formats: Formats<'a>,
    texts: HashMap<(MessageId, &'a str), &'a [ValDescription]>,
    /// Names beyond the 32 characters that a line of DBC holds, as CANdb++ writes them.
    long_messages: HashMap<MessageId, &'a str>,
    long_signals: HashMap<(MessageId, &'a str), &'a str>,
    extended: HashMap<MessageId, Extended<'a>>,
    /// Signals with more than one multiplexor: no frame could tell which counts.
    torn: Vec<(MessageId, &'a str)>,
}

impl<'a> Extras<'a> {
    fn new(dbc: &'a Dbc, ids: &[FrameId]) -> Self {
        const CYCLE: &str = "GenMsgCycleTime";
        let types = dbc.signal_extended_value_type_list.iter();
        let cycles = dbc.attribute_values_message.iter().filter(|value| value.name == CYCLE);
        let mut extras = Self {
            floats: types
                .map(|t| ((t.message_id, t.signal_name.as_str()), t.signal_extended_value_type))
                .collect(),
            signal_comments: HashMap::new(),
            message_comments: HashMap::new(),
            cycles: cycles.map(|value| (value.message_id, &value.value)).collect(),
            cycle: dbc.attribute_default(CYCLE),
            formats: Formats::new(dbc, ids),
            long_messages: long_names(dbc.attribute_values_message.iter().map(|value| {
                (value.message_id, (value.name.as_str() == "SystemMessageLongSymbol").then_some(&value.value))
            })),
            long_signals: long_names(dbc.attribute_values_signal.iter().map(|value| {
                let long = (value.name.as_str() == "SystemSignalLongSymbol").then_some(&value.value);
                ((value.message_id, value.signal_name.as_str()), long)
            })),
            texts: dbc.value_descriptions.iter().filter_map(texts_of_signal).collect(),
            extended: HashMap::new(),
            torn: Vec::new(),
        };
        for comment in &dbc.comments {
            match comment {
                Comment::Message { id, comment } => drop(extras.message_comments.insert(*id, comment)),
                Comment::Signal { message_id, name, comment } => {
                    extras.signal_comments.insert((*message_id, name), comment);
                }
                _ => {}
            }
        }
        for mux in &dbc.extended_multiplex {
            let of_message = extras.extended.entry(mux.message_id).or_default();
            let parent = mux.multiplexor_signal_name.as_str();
            let (former, ranges) = of_message.entry(&mux.signal_name).or_insert((parent, Vec::new()));
            if *former != parent {
                extras.torn.push((mux.message_id, &mux.signal_name));
            }
            ranges.extend(mux.mappings.iter().map(|range| (range.min_value, range.max_value)));
        }
        extras
    }

    fn message(
        &self,
        file: &Arc<str>,
        source: &can_dbc::Message,
        id: FrameId,
        warnings: &mut Vec<String>,
    ) -> Message {
        let mut warn = |text: String| warnings.push(format!("{file}: message {}: {text}", source.name));
        if source.size > 64 {
            warn(format!("it has {} bytes, and no frame has more than 64", source.size));
        }
        let fields: Vec<_> = source.signals.iter().map(|signal| self.field(source, signal)).collect();
        let integers = source.signals.iter().zip(&fields).map(|(signal, field)| {
            let is_integer = matches!(self.kind(source, signal), SignalKind::Unsigned | SignalKind::Signed);
            let field = field.as_ref().ok().filter(|_| is_integer);
            (signal.name.as_str(), signal.multiplexer_indicator, field.copied())
        });
        let mux = Multiplexing::new(integers, self.extended.get(&source.id));
        let mut signals: Vec<Signal> = Vec::with_capacity(fields.len());
        for (place, (signal, field)) in source.signals.iter().zip(fields).enumerate() {
            let signal = self.signal(source, (place, signal), field, &mux);
            if let Some(fault) = signal.fault() {
                warn(format!("signal {} cannot be used: {fault}", signal.name));
            } else if signal.factor == 0.0 {
                warn(format!(
                    "signal {} has the factor 0: its value is always {}",
                    signal.name, signal.offset
                ));
            }
            if signals.iter().any(|former| former.label == signal.label) {
                warn(format!("signal {} is there more than once; by name the last counts", signal.label));
            } else if signals.iter().any(|former| former.name == signal.name) {
                let Signal { name, label, .. } = &signal;
                warn(format!(
                    "signal {name} is on more than one page; {label} is this one, and by the bare name the last counts"
                ));
            }
            signals.push(signal);
        }
        let long = self.long_messages.get(&source.id).copied().filter(|long| *long != source.name);
        Message {
            file: Arc::clone(file),
            name: long.unwrap_or(&source.name).to_owned(),
            short: long.map(|_| source.name.as_str().into()),
            id,
            filter: self.formats.filter(source.id, id),
            size: usize::try_from(source.size).unwrap_or(usize::MAX),
            signals,
            comment: self.message_comments.get(&source.id).copied().unwrap_or_default().to_owned(),
            cycle_ms: self.cycles.get(&source.id).copied().or(self.cycle).and_then(positive),
        }
    }

    fn signal<'s>(
        &self,
        message: &can_dbc::Message,
        (place, source): (usize, &'s can_dbc::Signal),
        field: Result<Field, String>,
        mux: &Multiplexing<'s>,
    ) -> Signal {
        let key = (message.id, source.name.as_str());
        let codec = field.and_then(|field| {
            if self.torn.contains(&key) {
                return Err("SG_MUL_VAL_ gives it more than one multiplexor".to_owned());
            }
            Ok(Codec { field, conditions: mux.conditions(place)? })
        });
        let texts = self.texts.get(&key).copied().unwrap_or_default();
        let texts = texts.iter().map(|text| (text.id, text.description.as_str()));
        let kind = self.kind(message, source);
        let long = self.long_signals.get(&key).copied().filter(|long| *long != source.name);
        let label = mux.label(place);
        Signal {
            name: long.unwrap_or(&source.name).to_owned(),
            short: long.map(|_| source.name.as_str().into()),
            // Its page stays behind it.
            label: long.map_or_else(|| label.clone(), |long| label.replacen(&source.name, long, 1)),
            table: ValueTable::new(kind, source.size, texts),
            unit: source.unit.clone(),
            comment: self.signal_comments.get(&key).copied().unwrap_or_default().to_owned(),
            start: source.start_bit,
            bits: source.size,
            order: order(source),
            kind,
            factor: source.factor,
            offset: source.offset,
            min: number(source.min),
            max: number(source.max),
            multiplex: mux.describe(place),
            codec,
        }
    }

    fn kind(&self, message: &can_dbc::Message, signal: &can_dbc::Signal) -> SignalKind {
        match (self.floats.get(&(message.id, &signal.name)), signal.value_type) {
            (Some(SignalExtendedValueType::IEEEfloat32Bit), _) => SignalKind::Float32,
            (Some(SignalExtendedValueType::IEEEdouble64bit), _) => SignalKind::Float64,
            (_, ValueType::Signed) => SignalKind::Signed,
            (_, ValueType::Unsigned) => SignalKind::Unsigned,
        }
    }

    fn field(&self, message: &can_dbc::Message, signal: &can_dbc::Signal) -> Result<Field, String> {
        let multiplexed = signal.multiplexer_indicator != MultiplexIndicator::Plain;
        let extended = self.extended.get(&message.id).is_some_and(|e| e.contains_key(signal.name.as_str()));
        match self.kind(message, signal) {
            _ if extended && !multiplexed => {
                Err("SG_MUL_VAL_ selects it, but its SG_ line has no m".to_owned())
            }
            _ if !signal.factor.is_finite() || !signal.offset.is_finite() => {
                Err("its factor or its offset is beyond any number".to_owned())
            }
            SignalKind::Float32 if signal.size != 32 => {
                Err(format!("SIG_VALTYPE_ makes it a float of 32 bits, and it has {}", signal.size))
            }
            SignalKind::Float64 if signal.size != 64 => {
                Err(format!("SIG_VALTYPE_ makes it a float of 64 bits, and it has {}", signal.size))
            }
            _ => Field::new(signal.start_bit, signal.size, order(signal), message.size),
        }
    }
}

/// Those that are text, and not empty.
fn long_names<'a, K: Eq + std::hash::Hash>(
    values: impl Iterator<Item = (K, Option<&'a AttributeValue>)>,
) -> HashMap<K, &'a str> {
    let text = |value: Option<&'a AttributeValue>| match value {
        Some(AttributeValue::String(name)) if !name.is_empty() => Some(name.as_str()),
        _ => None,
    };
    values.filter_map(|(key, value)| Some((key, text(value)?))).collect()
}

fn texts_of_signal(texts: &ValueDescription) -> Option<((MessageId, &str), &[ValDescription])> {
    match texts {
        ValueDescription::Signal { message_id, name, value_descriptions } => {
            Some(((*message_id, name), value_descriptions))
        }
        ValueDescription::EnvironmentVariable { .. } => None,
    }
}

fn order(signal: &can_dbc::Signal) -> ByteOrder {
    match signal.byte_order {
        can_dbc::ByteOrder::LittleEndian => ByteOrder::Intel,
        can_dbc::ByteOrder::BigEndian => ByteOrder::Motorola,
    }
}

fn number(value: NumericValue) -> f64 {
    match value {
        NumericValue::Uint(value) => value as f64,
        NumericValue::Int(value) => value as f64,
        NumericValue::Double(value) => value,
    }
}

fn positive(value: &AttributeValue) -> Option<f64> {
    let value = match value {
        AttributeValue::Uint(value) => *value as f64,
        AttributeValue::Int(value) => *value as f64,
        AttributeValue::Double(value) => *value,
        AttributeValue::String(text) => text.parse().ok()?,
    };
    (value.is_finite() && value > 0.0).then_some(value)
}
