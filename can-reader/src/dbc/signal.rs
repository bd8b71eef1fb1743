//! A signal of a message: raw bits to a physical value, and back.

use super::error::EncodeError;
use super::field::{ByteOrder, Field};
use super::mux::Condition;
use super::table::ValueTable;

/// How the raw bits of a signal are to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignalKind {
    /// Unsigned integer (`+`).
    Unsigned,
    /// Two's complement (`-`).
    Signed,
    /// IEEE 754 binary32 (`SIG_VALTYPE_` 1).
    Float32,
    /// IEEE 754 binary64 (`SIG_VALTYPE_` 2).
    Float64,
}

/// A signal, on its own: it can be cloned out of its database. Decoding and encoding allocate nothing.
#[derive(Clone, Debug, PartialEq)]
pub struct Signal {
    pub(super) name: String,
    /// The name of its line where [`Signal::name`] is a longer one.
    pub(super) short: Option<Box<str>>,
    pub(super) label: String,
    pub(super) table: ValueTable,
    pub(super) unit: String,
    pub(super) comment: String,
    pub(super) start: u64,
    pub(super) bits: u64,
    pub(super) order: ByteOrder,
    pub(super) kind: SignalKind,
    pub(super) factor: f64,
    pub(super) offset: f64,
    pub(super) min: f64,
    pub(super) max: f64,
    pub(super) multiplex: String,
    pub(super) codec: Result<Codec, String>,
}

/// What decoding needs: where the bits are, and when they are there.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Codec {
    pub(super) field: Field,
    /// All must hold for the signal to be in a payload; the outermost multiplexor first.
    pub(super) conditions: Box<[Condition]>,
}

/// Up to here a double has every whole number.
const EXACT: f64 = (1u64 << 53) as f64;

/// The number, where it is whole and a double tells it from its neighbours.
fn whole(number: f64) -> Option<i128> {
    (number.fract() == 0.0 && number.abs() <= EXACT).then_some(number as i128)
}

impl Signal {
    /// Its name: where the file has one longer than the 32 characters of a line (`SystemSignalLongSymbol`), that.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it is called among the signals of its message: its name, and its page (`SPEED:m1`) where signals on other
    /// pages have the same name.
    #[must_use]
    pub fn label(&self) -> &str {
        &self.label
    }

    /// Whether that is its label, its name, or the short form of it.
    pub(super) fn is_called(&self, name: &str) -> bool {
        self.label == name || self.name == name || self.short.as_deref() == Some(name)
    }

    /// The texts of its raw values (`VAL_`).
    #[must_use]
    pub fn table(&self) -> &ValueTable {
        &self.table
    }

    /// Its unit as written in the file, perhaps nothing.
    #[must_use]
    pub fn unit(&self) -> &str {
        &self.unit
    }

    /// The comment on it (`CM_ SG_`), or nothing.
    #[must_use]
    pub fn comment(&self) -> &str {
        &self.comment
    }

    /// Physical value (`raw * factor + offset`, in [`Signal::unit`]). `None` when the signal is
    /// multiplexed away, the payload too short or the signal unusable.
    #[must_use]
    #[inline]
    pub fn decode(&self, payload: &[u8]) -> Option<f64> {
        self.raw(payload).map(|raw| self.value_of(raw))
    }

    /// The bare bits and the physical value, as [`Signal::raw`] and [`Signal::decode`] give them.
    #[must_use]
    #[inline]
    pub fn raw_and_value(&self, payload: &[u8]) -> Option<(u64, f64)> {
        self.raw(payload).map(|raw| (raw, self.value_of(raw)))
    }

    /// The physical value of bare bits.
    #[must_use]
    #[inline]
    pub fn value_of(&self, raw: u64) -> f64 {
        let number = match self.kind {
            SignalKind::Unsigned => raw as f64,
            SignalKind::Signed => self.extend_sign(raw) as f64,
            SignalKind::Float32 => f64::from(f32::from_bits(raw as u32)),
            SignalKind::Float64 => f64::from_bits(raw),
        };
        number * self.factor + self.offset
    }

    /// The physical value to its last digit, where it is a whole number whatever the raw bits are: an integer signal
    /// with a whole factor and offset. A double has 53 bits, and signals have up to 64. `None` also as in
    /// [`Signal::decode`].
    #[must_use]
    pub fn integer(&self, payload: &[u8]) -> Option<i128> {
        let (factor, offset) = (whole(self.factor)?, whole(self.offset)?);
        let number = match self.kind {
            SignalKind::Unsigned => i128::from(self.raw(payload)?),
            SignalKind::Signed => i128::from(self.extend_sign(self.raw(payload)?)),
            SignalKind::Float32 | SignalKind::Float64 => return None,
        };
        Some(number * factor + offset)
    }

    /// Whether [`Signal::integer`] has digits that [`Signal::decode`] has not.
    #[must_use]
    pub fn is_wide_integer(&self) -> bool {
        let is_integer = whole(self.factor).is_some() && whole(self.offset).is_some() && !self.is_float();
        let (low, high) = self.raw_limits();
        let ends = [low, high].map(|raw| (raw * self.factor + self.offset).abs());
        is_integer && ends[0].max(ends[1]) > EXACT
    }

    /// The bare bits, the least significant lowest, with no sign extended. `None` as in [`Signal::decode`].
    #[must_use]
    #[inline]
    pub fn raw(&self, payload: &[u8]) -> Option<u64> {
        let codec = self.codec.as_ref().ok()?;
        if codec.conditions.iter().all(|condition| condition.holds(payload)) {
            codec.field.get(payload)
        } else {
            None
        }
    }

    /// Puts the value (rounded to the nearest that the bits can hold) into the payload, and the values of
    /// its multiplexors where they would hide it. Other bits stay.
    ///
    /// # Errors
    /// When the bits cannot hold the value, when the payload is too short, or when the signal is unusable
    /// or has the factor 0. The payload is then as it was.
    pub fn encode(&self, value: f64, payload: &mut [u8]) -> Result<(), EncodeError> {
        self.codec.as_ref().map_err(|fault| self.unusable(fault))?;
        if self.factor == 0.0 {
            return Err(self.unusable("its factor is 0"));
        }
        let raw = self.raw_of(value).ok_or_else(|| self.out_of_range(value))?;
        self.set_raw(raw, payload)
    }

    /// Puts the low [`Signal::bits`] of `raw` into the payload; else as [`Signal::encode`].
    ///
    /// # Errors
    /// When the payload is too short or the signal unusable. The payload is then as it was.
    pub fn set_raw(&self, raw: u64, payload: &mut [u8]) -> Result<(), EncodeError> {
        let codec = self.codec.as_ref().map_err(|fault| self.unusable(fault))?;
        let selectors = codec.conditions.iter().map(|condition| condition.last_byte());
        let needed = selectors.fold(codec.field.last_byte(), usize::max) + 1;
        let too_short = || EncodeError::TooShort { signal: self.name.clone(), needed, len: 0 };
        if payload.len() < needed {
            return Err(EncodeError::TooShort { signal: self.name.clone(), needed, len: payload.len() });
        }
        for condition in &codec.conditions {
            condition.fulfil(payload).ok_or_else(too_short)?;
        }
        codec.field.set(raw, payload).ok_or_else(too_short)
    }

    /// Sets its bits in `mask`, which is as long as a payload, and no others. Nothing where it does not fit.
    pub(crate) fn mark(&self, mask: &mut [u8]) {
        if let Ok(codec) = &self.codec {
            let _ = codec.field.set(u64::MAX, mask);
        }
    }

    /// Physical size of one raw count; 0 for float signals, which have no fixed one.
    #[must_use]
    pub fn resolution(&self) -> f64 {
        if self.is_float() { 0.0 } else { self.factor.abs() }
    }

    /// The physical range `[min|max]` of the file, where it says one (min below max).
    #[must_use]
    pub fn range(&self) -> Option<(f64, f64)> {
        (self.min < self.max).then_some((self.min, self.max))
    }

    /// Start bit as written in the file (65,535 when it is more).
    #[must_use]
    pub fn start_bit(&self) -> u16 {
        u16::try_from(self.start).unwrap_or(u16::MAX)
    }

    /// Length in bits as written in the file (65,535 when it is more).
    #[must_use]
    pub fn bits(&self) -> u16 {
        u16::try_from(self.bits).unwrap_or(u16::MAX)
    }

    /// Order of its bytes.
    #[must_use]
    pub fn byte_order(&self) -> ByteOrder {
        self.order
    }

    /// How its bits are read.
    #[must_use]
    pub fn kind(&self) -> SignalKind {
        self.kind
    }

    /// Factor of the physical value.
    #[must_use]
    pub fn factor(&self) -> f64 {
        self.factor
    }

    /// Offset of the physical value.
    #[must_use]
    pub fn offset(&self) -> f64 {
        self.offset
    }

    /// Its part in multiplexing, for people: nothing, `M`, `m3 of MODE`, `m1M of MODE 1-3,7`.
    #[must_use]
    pub fn multiplex(&self) -> &str {
        &self.multiplex
    }

    /// Why it cannot be decoded, if it cannot.
    #[must_use]
    pub fn fault(&self) -> Option<&str> {
        self.codec.as_ref().err().map(String::as_str)
    }

    /// The first and the last byte of the payload that it lies in; `None` when it is unusable.
    #[must_use]
    pub fn byte_span(&self) -> Option<(usize, usize)> {
        self.codec.as_ref().ok().map(|codec| (codec.field.first_byte(), codec.field.last_byte()))
    }

    fn is_float(&self) -> bool {
        matches!(self.kind, SignalKind::Float32 | SignalKind::Float64)
    }

    fn extend_sign(&self, raw: u64) -> i64 {
        let unused = 64 - self.bits.clamp(1, 64);
        ((raw << unused) as i64) >> unused
    }

    /// Lowest and highest integer that the bits can hold.
    fn raw_limits(&self) -> (f64, f64) {
        let bits = self.bits.clamp(1, 64);
        match self.kind {
            SignalKind::Unsigned => (0.0, (u64::MAX >> (64 - bits)) as f64),
            SignalKind::Signed => ((i64::MIN >> (64 - bits)) as f64, (i64::MAX >> (64 - bits)) as f64),
            SignalKind::Float32 => (f64::from(f32::MIN), f64::from(f32::MAX)),
            SignalKind::Float64 => (f64::MIN, f64::MAX),
        }
    }

    fn raw_of(&self, value: f64) -> Option<u64> {
        let number = (value - self.offset) / self.factor;
        let (low, high) = self.raw_limits();
        if self.is_float() {
            let fits = !number.is_finite() || (low..=high).contains(&number);
            let raw = match self.kind {
                SignalKind::Float32 => u64::from((number as f32).to_bits()),
                _ => number.to_bits(),
            };
            return fits.then_some(raw);
        }
        let number = number.round();
        // Casts saturate, which matters only at the ends of 64-bit signals, where f64 is coarser than 1.
        match self.kind {
            _ if !(low..=high).contains(&number) => None,
            SignalKind::Signed => Some(number as i64 as u64),
            _ => Some(number as u64),
        }
    }

    fn out_of_range(&self, value: f64) -> EncodeError {
        let (low, high) = self.raw_limits();
        let ends = [low, high].map(|raw| raw * self.factor + self.offset);
        let (low, high) = (ends[0].min(ends[1]), ends[0].max(ends[1]));
        EncodeError::OutOfRange { signal: self.name.clone(), value, low, high }
    }

    fn unusable(&self, fault: &str) -> EncodeError {
        EncodeError::Unusable { signal: self.name.clone(), fault: fault.to_owned() }
    }
}
