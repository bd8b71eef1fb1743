//! Honda's checksum on the frames of two real cars.

mod common;

use can_reader::vehicle::{Decoded, Rejection, Vehicle};
use can_reader::{Frame, FrameId, Payload};
use common::{DRIVE, LIFT, frames};

const WHEEL_SPEEDS: FrameId = FrameId::Standard(0x1D0);

fn wheel_frames() -> impl Iterator<Item = Frame> {
    [DRIVE, LIFT].into_iter().flat_map(frames).filter(|frame| frame.id == WHEEL_SPEEDS)
}

#[test]
#[cfg_attr(not(captures), ignore = "needs the recordings in ../shared/captures")]
fn the_checksum_holds_for_every_wheel_speed_frame() {
    let mut decoder = Vehicle::find("honda").expect("a built-in vehicle").decoder();
    let accepted =
        wheel_frames().filter(|frame| matches!(decoder.decode(frame), Decoded::Readings { .. })).count();
    assert_eq!(accepted, 2396);
}

/// A sum of nibbles modulo 16 changes by 1, 2, 4 or 8 with any one bit: it must catch every one.
#[test]
#[cfg_attr(not(captures), ignore = "needs the recordings in ../shared/captures")]
fn any_one_flipped_bit_is_caught() {
    let mut decoder = Vehicle::find("honda").expect("a built-in vehicle").decoder();
    let mut flips = 0;
    for frame in wheel_frames() {
        for bit in 0..64 {
            let mut payload = [0; 8];
            payload.copy_from_slice(&frame.payload);
            payload[bit / 8] ^= 1 << (bit % 8);
            let payload = Payload::new(&payload).expect("eight bytes");
            let decoded = decoder.decode(&Frame { payload, ..frame });
            let caught = matches!(decoded, Decoded::Rejected(Rejection::Checksum));
            assert!(caught, "{frame:?} bit {bit}: {decoded:?}");
            flips += 1;
        }
    }
    assert_eq!(flips, 2396 * 64);
}
