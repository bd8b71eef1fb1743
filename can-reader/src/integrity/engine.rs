//! Tables of the cyclic checksums in use. They are made once for each polynomial and live as long as the program, for the
//! `crc` crate wants them so; start values and the like are no part of them.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use crc::{Algorithm, Crc};

/// The table of one polynomial.
#[derive(Clone, Copy)]
pub(super) struct Engine {
    width: u8,
    polynomial: u32,
    reflect: bool,
    table: Table,
}

#[derive(Clone, Copy)]
enum Table {
    UpTo8(&'static Crc<u8>),
    UpTo16(&'static Crc<u16>),
    UpTo32(&'static Crc<u32>),
}

static MADE: Mutex<Vec<Engine>> = Mutex::new(Vec::new());

/// More polynomials than any set of cars has: profiles that are read again and again cannot fill the memory.
const MOST: usize = 128;

impl Engine {
    /// The table of a polynomial of 4 to 32 bits; `None` when there are too many of them.
    pub fn shared(width: u8, polynomial: u32, reflect: bool) -> Option<Self> {
        let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
        let known = made.iter().find(|engine| engine.key() == (width, polynomial, reflect)).copied();
        if known.is_some() || made.len() >= MOST {
            return known;
        }
        let engine = Self { width, polynomial, reflect, table: Table::new(width, polynomial, reflect) };
        made.push(engine);
        Some(engine)
    }

    /// The checksum of the pieces, one after the other, not inverted.
    pub fn run(&self, initial: u32, pieces: &[&[u8]]) -> u32 {
        match self.table {
            Table::UpTo8(table) => {
                let mut digest = table.digest_with_initial(initial as u8);
                pieces.iter().for_each(|piece| digest.update(piece));
                digest.finalize().into()
            }
            Table::UpTo16(table) => {
                let mut digest = table.digest_with_initial(initial as u16);
                pieces.iter().for_each(|piece| digest.update(piece));
                digest.finalize().into()
            }
            Table::UpTo32(table) => {
                let mut digest = table.digest_with_initial(initial);
                pieces.iter().for_each(|piece| digest.update(piece));
                digest.finalize()
            }
        }
    }

    const fn key(&self) -> (u8, u32, bool) {
        (self.width, self.polynomial, self.reflect)
    }
}

impl Table {
    fn new(width: u8, polynomial: u32, reflect: bool) -> Self {
        match width {
            0..=8 => Self::UpTo8(keep(Crc::<u8>::new(keep(algorithm(width, polynomial as u8, reflect))))),
            9..=16 => Self::UpTo16(keep(Crc::<u16>::new(keep(algorithm(width, polynomial as u16, reflect))))),
            _ => Self::UpTo32(keep(Crc::<u32>::new(keep(algorithm(width, polynomial, reflect))))),
        }
    }
}

fn algorithm<W: crc::Width + Default>(width: u8, poly: W, reflect: bool) -> Algorithm<W> {
    let (init, xorout, check, residue) = Default::default();
    Algorithm { width, poly, init, refin: reflect, refout: reflect, xorout, check, residue }
}

fn keep<T>(value: T) -> &'static T {
    Box::leak(Box::new(value))
}

impl PartialEq for Engine {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CRC-{} {:#X}{}", self.width, self.polynomial, if self.reflect { " reflected" } else { "" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Check values of the catalogue of parametrised CRC algorithms: of the digits 1 to 9.
    #[test]
    fn published_check_values() {
        for (width, polynomial, initial, reflect, final_xor, check) in [
            (8, 0x1D, 0xFF, false, 0xFF, 0x4B),                             // SAE-J1850
            (8, 0x2F, 0xFF, false, 0xFF, 0xDF),                             // AUTOSAR
            (8, 0x07, 0x00, false, 0x00, 0xF4),                             // SMBUS
            (8, 0x31, 0x00, true, 0x00, 0xA1),                              // MAXIM-DOW
            (4, 0x3, 0x0, true, 0x0, 0x7),                                  // G-704
            (16, 0x1021, 0xFFFF, false, 0x0000, 0x29B1),                    // IBM-3740
            (16, 0x1021, 0x0000, false, 0x0000, 0x31C3),                    // XMODEM
            (16, 0x8005, 0x0000, true, 0x0000, 0xBB3D),                     // ARC
            (15, 0x4599, 0x0000, false, 0x0000, 0x059E),                    // CAN
            (32, 0x04C1_1DB7, 0xFFFF_FFFF, true, 0xFFFF_FFFF, 0xCBF4_3926), // ISO-HDLC
        ] {
            let engine = Engine::shared(width, polynomial, reflect).unwrap();
            assert_eq!(engine.run(initial, &[b"1234", b"56789"]) ^ final_xor, check, "{engine:?}");
        }
    }

    #[test]
    fn a_polynomial_has_one_table_however_often_it_is_asked_for() {
        let ask = || Engine::shared(8, 0x1D, false).unwrap();
        let (Table::UpTo8(one), Table::UpTo8(other)) = (ask().table, ask().table) else {
            panic!("of 8 bits")
        };
        assert!(std::ptr::eq(one, other));
    }
}
