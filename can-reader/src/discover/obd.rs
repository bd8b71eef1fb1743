//! Answers to the OBD-II request for the vehicle's speed: service 01, PID 0x0D, one byte in km/h (SAE J1979).

use super::traffic::Traffic;
use crate::frame::FrameId;

/// The answers of one control unit.
#[derive(Clone, Debug)]
pub(super) struct Answers {
    pub bus: String,
    pub id: FrameId,
    /// Seconds and km/h.
    pub speeds: Vec<(f64, f64)>,
}

/// Fewer answers are chance.
const FEWEST: usize = 5;

/// What a frame answers, km/h: one of 0x7E8 to 0x7EF, or 0x18DAF100 to 0x18DAF1FF (ISO 15765-4).
pub(crate) fn obd_speed(id: FrameId, bytes: &[u8]) -> Option<f64> {
    match bytes {
        [3..=7, 0x41, 0x0D, kmh, ..] if is_unit(id) => Some(f64::from(*kmh)),
        _ => None,
    }
}

const fn is_unit(id: FrameId) -> bool {
    match id {
        FrameId::Standard(id) => id >= 0x7E8 && id <= 0x7EF,
        FrameId::Extended(id) => id >> 8 == 0x0018_DAF1,
    }
}

/// The first unit that answers.
pub(super) fn answers(traffic: &Traffic) -> Option<Answers> {
    let mut found: Vec<Answers> = Vec::new();
    for (bus, id, at, bytes) in traffic.frames_of(is_unit) {
        let Some(kmh) = obd_speed(id, bytes) else { continue };
        match found.iter_mut().find(|unit| unit.id == id && unit.bus == bus) {
            Some(unit) => unit.speeds.push((at, kmh)),
            None => found.push(Answers { bus: bus.to_owned(), id, speeds: vec![(at, kmh)] }),
        }
    }
    found.into_iter().find(|unit| unit.speeds.len() >= FEWEST)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::discover::sample::put;

    #[test]
    fn only_answers_with_a_speed_count() {
        let mut traffic = Traffic::default();
        for n in 0..6_u16 {
            let at = f64::from(n);
            put(&mut traffic, 0x7E8, at, 0x0341_0D00_5555_5555 + (u64::from(n) << 32));
            put(&mut traffic, 0x7E8, at, 0x0441_0C10_2055_5555);
            put(&mut traffic, 0x123, at, 0x0341_0D00_0000_0000);
        }
        let found = answers(&traffic).unwrap();
        assert_eq!(found.speeds.last(), Some(&(5.0, 5.0)));
        assert_eq!(found.speeds.len(), 6);
    }
}
