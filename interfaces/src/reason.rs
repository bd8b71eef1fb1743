//! The words of `StateReason`.

/// Every word that `StateReason` can be while `State` is not `ok`, as the XML lists them. Words may be added: a client
/// that meets another one goes by `State`.
pub const STATE_REASONS: [&str; 18] = [
    "wheel-left-out",
    "axle-left-out",
    "slip",
    "few-witnesses",
    "held",
    "wide-uncertainty",
    "delivered-late",
    "late",
    "clock-stopped",
    "not-yet-agreed",
    "contradiction",
    "impossible",
    "sliding",
    "frozen",
    "one-axle-only",
    "not-available",
    "no-data",
    "link-down",
];
