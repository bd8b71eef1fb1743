//! The drives, as data. Within what cars do: at most 4.2 m/s2 sideways, 9.5 under brakes, full lock at a radius of
//! 4.2 m (middle of the rear axle), a turn of the wheel from there to straight ahead in 1.1 s.

use super::fault::{Fault, LinkFault, Target, WheelFault};
use super::grip::Grip;
use super::motion::{Leg, to};
use crate::wheels::Wheel;

/// Full lock.
const LOCK_M: f64 = 4.2;

/// A minute: away from rest, through a bend, to 120 km/h, and what can go wrong on the way.
pub(super) const TOUR: &[Leg] = &[
    to(0.0, 2.0),
    to(40.0, 4.0),
    to(40.0, 1.0).left(35.0),
    to(40.0, 3.0).left(35.0),
    to(40.0, 1.0),
    to(120.0, 12.0), // at 11 s
    to(120.0, 10.0), // at 23 s
    to(90.0, 5.0),   // at 33 s
    to(70.0, 5.0),   // at 38 s
    to(70.0, 5.0),   // at 43 s
    to(0.0, 7.0),    // at 48 s
    to(0.0, 5.0),    // at 55 s
];

/// A sensor dies; while it is out the bus is unplugged too, and both come back together.
pub(super) const TOUR_FAULTS: &[Fault] = &[
    Fault {
        target: Target::Wheel(Wheel::RearLeft, WheelFault::Zero),
        from_ms: 27_000,
        until_ms: Some(43_000),
    },
    Fault { target: Target::Link(LinkFault::Down), from_ms: 37_000, until_ms: Some(43_000) },
];

/// Corners, a roundabout, a traffic light, a turn at full lock.
pub(super) const TOWN: &[Leg] = &[
    to(0.0, 2.0),
    to(30.0, 4.0),
    to(30.0, 3.0),
    to(18.0, 2.0),
    to(18.0, 1.0).right(8.0), // a street to the right
    to(18.0, 1.8).right(8.0),
    to(18.0, 1.0),
    to(50.0, 6.0),
    to(50.0, 6.0),
    to(25.0, 4.0),
    to(25.0, 1.2).right(15.0), // a roundabout, three quarters of it
    to(25.0, 1.5).left(12.0),
    to(25.0, 7.0).left(12.0),
    to(25.0, 1.5).right(15.0),
    to(25.0, 1.2),
    to(40.0, 4.0),
    to(40.0, 5.0),
    to(0.0, 5.0), // a traffic light
    to(0.0, 4.0),
    to(0.0, 1.5).left(LOCK_M), // back where it came from
    to(10.0, 2.0).left(LOCK_M),
    to(10.0, 3.2).left(LOCK_M),
    to(10.0, 1.5),
    to(30.0, 4.0),
    to(30.0, 4.0),
    to(20.0, 2.0),
    to(20.0, 1.0).left(10.0), // a street to the left
    to(20.0, 1.4).left(10.0),
    to(20.0, 1.0),
    to(45.0, 5.0),
    to(45.0, 4.0),
    to(0.0, 5.0),
    to(0.0, 2.0),
];

/// Into a gap backwards, with the wheel from lock to lock, and out again.
pub(super) const PARKING: &[Leg] = &[
    to(0.0, 2.0),
    to(8.0, 2.0),
    to(8.0, 4.0),
    to(0.0, 2.0),
    to(0.0, 1.5).right(LOCK_M),
    to(-4.0, 1.5).right(LOCK_M), // backwards from here
    to(-4.0, 3.0).right(LOCK_M),
    to(-4.0, 2.2).left(LOCK_M),
    to(-4.0, 3.0).left(LOCK_M),
    to(0.0, 1.0).left(LOCK_M),
    to(0.0, 1.5),
    to(3.0, 1.0), // to the middle of the gap
    to(3.0, 2.0),
    to(0.0, 1.0),
    to(0.0, 2.0),
    to(0.0, 1.5).left(LOCK_M), // out
    to(6.0, 1.5).left(LOCK_M),
    to(6.0, 3.0).left(LOCK_M),
    to(6.0, 1.5),
    to(10.0, 2.0),
    to(10.0, 3.0),
    to(0.0, 2.0),
    to(0.0, 2.0),
];

/// A slip road, 130 km/h, changes of lane, a jam, the way out.
pub(super) const MOTORWAY: &[Leg] = &[
    to(0.0, 2.0),
    to(40.0, 4.0),
    to(40.0, 1.2).right(60.0),
    to(50.0, 5.0).right(60.0),
    to(50.0, 1.2),
    to(110.0, 11.0),
    to(130.0, 6.0),
    to(130.0, 8.0),
    to(130.0, 1.5).left(700.0), // to the fast lane
    to(130.0, 1.5).right(700.0),
    to(130.0, 1.5),
    to(130.0, 8.0),
    to(130.0, 1.5).right(700.0), // and back
    to(130.0, 1.5).left(700.0),
    to(130.0, 1.5),
    to(130.0, 4.0),
    to(60.0, 5.0), // a jam
    to(60.0, 6.0),
    to(20.0, 4.0),
    to(20.0, 5.0),
    to(80.0, 8.0),
    to(80.0, 4.0),
    to(80.0, 2.0).right(150.0),
    to(50.0, 7.0).right(150.0),
    to(50.0, 2.0),
    to(0.0, 6.0),
    to(0.0, 3.0),
];

/// Two emergency stops with ABS.
pub(super) const ABS: &[Leg] = &[
    to(0.0, 2.0),
    to(100.0, 9.0),
    to(100.0, 2.0),
    to(0.0, 3.5).with(Grip::Abs),
    to(0.0, 4.0),
    to(60.0, 6.0),
    to(60.0, 2.0),
    to(0.0, 2.4).with(Grip::Abs),
    to(0.0, 3.0),
];

/// Brakes without ABS, let go in time once and never the second time.
pub(super) const SKID: &[Leg] = &[
    to(0.0, 2.0),
    to(80.0, 8.0),
    to(80.0, 2.0),
    to(40.0, 2.0).with(Grip::Locks),
    to(40.0, 3.0),
    to(0.0, 2.2).with(Grip::Locks),
    to(0.0, 4.0),
];

/// A start at full throttle with spinning wheels.
pub(super) const WHEELSPIN: &[Leg] = &[
    to(0.0, 2.0),
    to(40.0, 4.0).with(Grip::Spins),
    to(60.0, 3.0),
    to(60.0, 3.0),
    to(0.0, 5.0),
    to(0.0, 3.0),
];

/// Stop and go at and below what sensors see, and the same in reverse.
pub(super) const CREEP: &[Leg] = &[
    to(0.0, 3.0),
    to(2.0, 1.5),
    to(2.0, 3.0),
    to(0.0, 1.0),
    to(0.0, 2.0),
    to(4.0, 2.0),
    to(4.0, 4.0),
    to(1.5, 2.0),
    to(1.5, 3.0),
    to(6.0, 2.0),
    to(6.0, 4.0),
    to(0.0, 2.0),
    to(0.0, 3.0),
    to(-2.0, 1.0), // backwards from here
    to(-2.0, 3.0),
    to(-3.5, 1.5),
    to(-3.5, 3.0),
    to(0.0, 1.0),
    to(0.0, 3.0),
];
