//! Tables of frames between commas, with a head that names their columns:
//!
//! ```text
//! Time Stamp,ID,Extended,Dir,Bus,LEN,D1,D2,D3,D4,D5,D6,D7,D8         SavvyCAN and GVRET: microseconds, hexadecimal
//! timestamp,arbitration_id,extended,remote,error,dlc,data             python-can: seconds, 0x1d0, data as Base64
//! time,addr,bus,data                                                  cabana: seconds, 0x1d0 or decimal, hexadecimal
//! ```

use super::candump::payload;
use super::error::LineError;
use super::words::{
    CLASSICAL_MAX_BYTES, Channel, STANDARD_MAX, bus_error, bytes_by, data_frame, decimal, hexadecimal, id,
    scaled,
};
use super::{LogBody, LogFrame};
use crate::frame::Payload;

/// Whose table it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Whose {
    /// SavvyCAN's and GVRET's; whether it has the column `Dir`.
    Gvret { has_direction: bool },
    /// python-can's.
    Python,
    /// cabana's.
    Cabana,
}

impl Whose {
    /// By the head.
    pub fn of_head(line: &[u8]) -> Option<Self> {
        let line = line.to_ascii_lowercase();
        let names: Vec<&[u8]> = cells(&line).collect();
        let starts = |head: &[&str]| {
            names.len() >= head.len() && head.iter().zip(&names).all(|(name, is)| name.as_bytes() == *is)
        };
        if starts(&["time stamp", "id", "extended", "dir", "bus", "len"]) {
            Some(Self::Gvret { has_direction: true })
        } else if starts(&["time stamp", "id", "extended", "bus", "len"]) {
            Some(Self::Gvret { has_direction: false })
        } else if starts(&["timestamp", "arbitration_id", "extended", "remote", "error", "dlc", "data"]) {
            Some(Self::Python)
        } else if starts(&["time", "addr", "bus", "data"]) {
            Some(Self::Cabana)
        } else {
            None
        }
    }
}

/// Reads the rows.
#[derive(Clone, Debug)]
pub(super) struct Table {
    whose: Whose,
    channel: Channel,
}

impl Table {
    /// That of the last frame.
    pub fn interface(&self) -> &str {
        self.channel.last()
    }

    pub fn of(whose: Whose) -> Self {
        Self { whose, channel: Channel::default() }
    }

    /// `Ok(None)`: the head, once more.
    pub fn line(&mut self, line: &[u8]) -> Result<Option<LogFrame<'_>>, LineError> {
        if Whose::of_head(line).is_some() {
            return Ok(None);
        }
        let mut cells = cells(line);
        let (wall_us, bus, body) = match self.whose {
            Whose::Gvret { has_direction } => gvret(&mut cells, has_direction)?,
            Whose::Python => python(&mut cells)?,
            Whose::Cabana => cabana(&mut cells)?,
        };
        Ok(Some(LogFrame { wall_us, interface: self.channel.name(bus), body }))
    }
}

fn cells(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    line.split(|&byte| byte == b',').map(<[u8]>::trim_ascii)
}

/// Microseconds, number of the bus, frame.
type Row = (u64, u64, LogBody);

fn truth(word: &[u8]) -> Option<bool> {
    match word {
        b"true" | b"True" | b"TRUE" | b"1" => Some(true),
        b"false" | b"False" | b"FALSE" | b"0" => Some(false),
        _ => None,
    }
}

fn gvret<'a>(cells: &mut impl Iterator<Item = &'a [u8]>, has_direction: bool) -> Result<Row, LineError> {
    let mut next = || cells.next().ok_or(LineError::Short);
    let time = scaled(next()?, 0).ok_or(LineError::Time)?;
    let number = hexadecimal(next()?).ok_or(LineError::IdNumber)?;
    let extended = truth(next()?).ok_or(LineError::Type)?;
    if has_direction {
        next()?;
    }
    let bus = decimal(next()?).ok_or(LineError::Channel)?;
    let length = decimal(next()?).and_then(|length| usize::try_from(length).ok()).ok_or(LineError::Length)?;
    // Some write the first sixteen numbers with one digit.
    let payload = bytes_by(cells, length, |word| if word.len() <= 2 { hexadecimal(word) } else { None })?;
    let is_fd = length > CLASSICAL_MAX_BYTES;
    Ok((time, bus, data_frame(id(number, extended)?, is_fd.then_some(0), payload)?))
}

fn python<'a>(cells: &mut impl Iterator<Item = &'a [u8]>) -> Result<Row, LineError> {
    let mut next = || cells.next().ok_or(LineError::Short);
    let time = scaled(next()?, 6).ok_or(LineError::Time)?;
    let number = next()?.strip_prefix(b"0x").and_then(hexadecimal).ok_or(LineError::IdNumber)?;
    let extended = truth(next()?).ok_or(LineError::Type)?;
    let remote = truth(next()?).ok_or(LineError::Type)?;
    let error = truth(next()?).ok_or(LineError::Type)?;
    let length = decimal(next()?).and_then(|length| usize::try_from(length).ok()).ok_or(LineError::Length)?;
    let data = base64(next()?)?;
    if error {
        return Ok((time, 0, bus_error()));
    }
    let id = id(number, extended)?;
    if remote {
        let length =
            u8::try_from(length).ok().filter(|length| *length <= 8).ok_or(LineError::RemoteLength)?;
        return Ok((time, 0, LogBody::Remote { id, length }));
    }
    if data.len() != length {
        return Err(LineError::Length);
    }
    let is_fd = length > CLASSICAL_MAX_BYTES;
    Ok((time, 0, data_frame(id, is_fd.then_some(0), data)?))
}

fn cabana<'a>(cells: &mut impl Iterator<Item = &'a [u8]>) -> Result<Row, LineError> {
    let mut next = || cells.next().ok_or(LineError::Short);
    let time = scaled(next()?, 6).ok_or(LineError::Time)?;
    let word = next()?;
    let number = match word.strip_prefix(b"0x") {
        Some(digits) => hexadecimal(digits),
        None => decimal(word).and_then(|number| u32::try_from(number).ok()),
    };
    let number = number.ok_or(LineError::IdNumber)?;
    let bus = decimal(next()?).ok_or(LineError::Channel)?;
    let word = next()?;
    let data = payload(word.strip_prefix(b"0x").unwrap_or(word), LineError::FdLength)?;
    let is_fd = data.len() > CLASSICAL_MAX_BYTES;
    // It does not say how many bits an id has.
    let id = id(number, number > STANDARD_MAX)?;
    Ok((time, bus, data_frame(id, is_fd.then_some(0), data)?))
}

/// RFC 4648, section 4.
fn base64(word: &[u8]) -> Result<Payload, LineError> {
    let digits = word.strip_suffix(b"==").or_else(|| word.strip_suffix(b"=")).unwrap_or(word);
    let (mut data, mut length, mut bits, mut held) = ([0; 64], 0, 0_u32, 0_u32);
    for &digit in digits {
        let value = match digit {
            b'A'..=b'Z' => digit - b'A',
            b'a'..=b'z' => digit - b'a' + 26,
            b'0'..=b'9' => digit - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return Err(LineError::Data),
        };
        (bits, held) = (bits << 6 | u32::from(value), held + 6);
        if held >= 8 {
            held -= 8;
            *data.get_mut(length).ok_or(LineError::FdLength)? = (bits >> held & 0xFF) as u8;
            length += 1;
        }
    }
    Payload::new(&data[..length]).ok_or(LineError::FdLength)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(lines: &str) -> Vec<String> {
        let head = lines.lines().next().unwrap_or_default();
        let mut table = Table::of(Whose::of_head(head.as_bytes()).expect("a head"));
        let mut read = Vec::new();
        for line in lines.lines() {
            match table.line(line.as_bytes()) {
                Ok(Some(frame)) => read.push(frame.to_string()),
                Ok(None) => {}
                Err(error) => read.push(error.to_string()),
            }
        }
        read
    }

    #[test]
    fn savvycan_with_and_without_a_direction() {
        let log = "Time Stamp,ID,Extended,Dir,Bus,LEN,D1,D2,D3,D4,D5,D6,D7,D8\n\
            166064000,0000021A,false,Rx,0,8,FE,36,12,FE,69,05,07,AD,\n1597271250000000,18FEBF0B,true,Tx,1,2,0,AB\n\
            166064000,0000021A,false,Rx,0,8,FE,36\n166064000,zz,false,Rx,0,1,FE\n";
        assert_eq!(
            read(log),
            [
                "(0000000166.064000) can0 21A#FE3612FE690507AD",
                "(1597271250.000000) can1 18FEBF0B#00AB",
                "length and data do not agree",
                "id is not a number as this kind of log writes it",
            ]
        );
        let log = "Time Stamp,ID,Extended,Bus,LEN,D1,D2,D3,D4,D5,D6,D7,D8\n1000,0000021A,false,0,1,FE,\n";
        assert_eq!(read(log), ["(0000000000.001000) can0 21A#FE"]);
    }

    #[test]
    fn python_can() {
        let log = "timestamp,arbitration_id,extended,remote,error,dlc,data\n1.5,0x1d0,0,0,0,1,/w==\n2.5,0x1d0,0,1,0,4,\n3.5,0x0,0,0,1,0,\n4.5,0x1d0,0,0,0,2,/w==\n";
        assert_eq!(
            read(log),
            [
                "(0000000001.500000) can0 1D0#FF",
                "(0000000002.500000) can0 1D0#R4",
                "(0000000003.500000) can0 20000080#0000000000000000",
                "length and data do not agree",
            ]
        );
    }

    #[test]
    fn cabana_with_and_without_0x() {
        let log = "time,addr,bus,data\n12.25,0x1d0,0,0x00ff\n12.5,464,128,00FF\n13.0,0x18febf0b,0,0x\n";
        assert_eq!(
            read(log),
            [
                "(0000000012.250000) can0 1D0#00FF",
                "(0000000012.500000) can128 1D0#00FF",
                "(0000000013.000000) can0 18FEBF0B#",
            ]
        );
    }
}
