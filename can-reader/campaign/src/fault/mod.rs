//! What goes wrong with the values of wheels, before they are frames.

pub mod all;
pub mod one;
pub mod several;

/// When a fault is there, s from the start of the drive.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Span {
    pub from: f64,
    pub to: f64,
}

impl Span {
    pub fn holds(self, at: f64) -> bool {
        self.from <= at && at < self.to
    }
}
