//! Why a line, or a record of bytes, is not a frame.

/// What is wrong with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LineError {
    /// It does not start with `(seconds.fraction)`.
    #[error("no time stamp of the form (1674148739.212264) at its start")]
    Timestamp,
    /// The time stamp does not fit 64 bits of microseconds.
    #[error("time stamp too large")]
    TimestampRange,
    /// There is no time where the format has one.
    #[error("no time where this kind of log has one")]
    Time,
    /// The interface or the frame is missing.
    #[error("incomplete: expected (time stamp) interface id#data")]
    Incomplete,
    /// A part of the line is missing.
    #[error("incomplete: the line ends before its frame does")]
    Short,
    /// The interface's name is not text.
    #[error("interface name is not text")]
    Interface,
    /// The channel is no number.
    #[error("no channel number where this kind of log has one")]
    Channel,
    /// There is no `#` between id and data.
    #[error("no # between id and data")]
    NoHash,
    /// The id is not 3 or 8 hexadecimal digits.
    #[error("id is not 3 or 8 hexadecimal digits")]
    Id,
    /// The id is no number.
    #[error("id is not a number as this kind of log writes it")]
    IdNumber,
    /// The id has more than 11 or 29 bits.
    #[error("id beyond 7FF (3 digits) or 1FFFFFFF (8 digits)")]
    IdRange,
    /// A data byte is not two hexadecimal digits.
    #[error("data is not hexadecimal digits")]
    Data,
    /// The data ends in the middle of a byte.
    #[error("odd number of hexadecimal digits")]
    OddDigits,
    /// A classical frame carries more than 8 bytes.
    #[error("more than 8 bytes in a classical frame")]
    TooLong,
    /// The length is none that CAN FD has.
    #[error("length is none of CAN FD's (0 to 8, 12, 16, 20, 24, 32, 48, 64 bytes)")]
    FdLength,
    /// The digit of flags after `##` is missing.
    #[error("no flags digit after ##")]
    FdFlags,
    /// The length of a remote request is not one digit 0 to 8.
    #[error("remote request with a length beyond 8")]
    RemoteLength,
    /// There are not as many bytes of data as the length says.
    #[error("length and data do not agree")]
    Length,
    /// A word that says what is recorded is not known.
    #[error("neither a frame nor an event that this kind of log has")]
    Type,
    /// Of a log of bytes: where an object should begin there is something else.
    #[error("no object where one should begin")]
    Object,
    /// An object ends before its data does.
    #[error("ends in the midst of an object")]
    ObjectCut,
    /// A container of a log of bytes cannot be unpacked whole.
    #[error("a container that cannot be unpacked whole")]
    Packed,
    /// A measurement that has no frames.
    #[error("it is an MDF file of signals, without the frames of a CAN bus: export those (\"bus logging\")")]
    NoBus,
    /// MDF of version 3.
    #[error("it is an MDF file of a version before 4: convert it with asammdf, which is free")]
    OldMdf,
    /// Something follows the frame that is neither `R` nor `T`.
    #[error("unexpected text after the frame")]
    Trailing,
    /// Found by [`super::LogReader`]: longer than [`super::MAX_LINE_BYTES`].
    #[error("longer than 4096 bytes")]
    LineTooLong,
}
