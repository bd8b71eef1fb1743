//! How frames come from the bus to the program: when, how often, in which order, with which stamp.

use std::time::Duration;

use can_reader::frame::{Frame, Stamp};

use super::layout::Layout;
use crate::drive::record::Sent;
use crate::random::Random;

/// The source's clock at the start of a drive: no source begins at 0 for ever.
const START: f64 = 1000.0;

/// 2026-01-01, microseconds.
const WALL_US: u64 = 1_767_225_600_000_000;

/// How a line delivers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// Each frame at once, with the kernel's stamp.
    Prompt,
    /// So many together, when the last has come; an adapter waits no longer than 0.2 s.
    Together(usize),
    /// Each late by up to a period of its message, in order.
    Jitter,
    /// Stamps of 50 ms granularity.
    Coarse,
    /// Neighbours change places.
    Swapped,
    /// Each frame comes twice.
    Doubled,
}

/// A frame as the program gets it.
#[derive(Clone, Copy, Debug)]
pub struct Arrival {
    /// True time, s from the start of the drive.
    pub at: f64,
    /// With its stamp.
    pub frame: Frame,
}

impl Delivery {
    /// The source's clock at a true time.
    pub fn clock(self, at: f64) -> Duration {
        let clock = START + at;
        Duration::from_secs_f64(if self == Self::Coarse { (clock / 0.05).floor() * 0.05 } else { clock })
    }

    /// All frames, in the order of their arrival.
    ///
    /// # Errors
    /// Those of the encoder.
    pub fn deliver(self, sent: &[Sent], layout: &Layout, r: &mut Random) -> anyhow::Result<Vec<Arrival>> {
        let mut arrivals = Vec::with_capacity(sent.len() * 2);
        for one in sent {
            arrivals.push(Arrival { at: one.at, frame: layout.frame(one)? });
        }
        match self {
            Self::Prompt | Self::Coarse => {}
            Self::Together(count) => bundle(&mut arrivals, count, r),
            Self::Jitter => {
                for (arrival, one) in arrivals.iter_mut().zip(sent) {
                    arrival.at += r.between(0.0, layout.messages[one.message].cycle);
                }
                // One queue: nobody overtakes.
                let mut last = 0.0_f64;
                for arrival in &mut arrivals {
                    last = last.max(arrival.at);
                    arrival.at = last;
                }
            }
            Self::Swapped => {
                for pair in arrivals.chunks_exact_mut(2) {
                    let [first, second] = pair else { continue };
                    std::mem::swap(&mut first.frame, &mut second.frame);
                }
            }
            Self::Doubled => {
                let twice = |one: Arrival| [one, Arrival { at: one.at + 0.0003, ..one }];
                arrivals = arrivals.into_iter().flat_map(twice).collect();
                arrivals.sort_by(|a, b| a.at.total_cmp(&b.at));
            }
        }
        for arrival in &mut arrivals {
            arrival.frame.stamp = self.stamp(arrival.at);
        }
        Ok(arrivals)
    }

    fn stamp(self, at: f64) -> Stamp {
        let at = self.clock(at);
        let passed = u64::try_from((at - Duration::from_secs_f64(START)).as_micros()).unwrap_or(0);
        Stamp { at, wall_us: WALL_US + passed }
    }
}

fn bundle(arrivals: &mut [Arrival], count: usize, r: &mut Random) {
    const LONGEST: f64 = 0.2;
    let mut from = 0;
    while from < arrivals.len() {
        let first = arrivals[from].at;
        let rest = &arrivals[from..];
        let size = rest.iter().take(count).take_while(|arrival| arrival.at - first < LONGEST).count().max(1);
        let at = arrivals[from + size - 1].at;
        // Within a bundle the frames are read one after the other, 0 to 0.2 ms apart.
        let apart = r.between(0.0, 0.0002);
        for (place, arrival) in arrivals[from..from + size].iter_mut().enumerate() {
            arrival.at = at + place as f64 * apart;
        }
        from += size;
    }
    let mut last = 0.0_f64;
    for arrival in arrivals {
        last = last.max(arrival.at);
        arrival.at = last;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::car::Car;
    use crate::drive::record::Value;

    fn deliver(delivery: Delivery) -> Vec<Arrival> {
        // Seed 4 has all wheels in one message.
        let layout = Layout::random(4, &Car::random(4));
        let sent: Vec<_> = (0..20)
            .map(|n| Sent { at: 0.02 * f64::from(n), message: 0, values: [Value::Kmh(f64::from(n)); 4] })
            .collect();
        delivery.deliver(&sent, &layout, &mut Random::new(1, "delivery")).unwrap()
    }

    #[test]
    fn bundles_come_together_when_the_last_is_there() {
        let arrivals = deliver(Delivery::Together(5));
        assert_eq!(arrivals.len(), 20);
        for (place, arrival) in arrivals.iter().enumerate() {
            let last = 0.02 * (place / 5 * 5 + 4) as f64;
            assert!((last..=last + 0.001).contains(&arrival.at), "{place}: {}", arrival.at);
        }
    }

    #[test]
    fn stamps_are_coarse_neighbours_swap_and_frames_double() {
        let coarse = deliver(Delivery::Coarse);
        assert!(coarse.iter().all(|arrival| arrival.frame.stamp.at.as_millis().is_multiple_of(50)));
        let (prompt, swapped) = (deliver(Delivery::Prompt), deliver(Delivery::Swapped));
        assert_eq!(swapped[0].frame.payload, prompt[1].frame.payload);
        assert_eq!(swapped[1].frame.payload, prompt[0].frame.payload);
        assert!(swapped.is_sorted_by(|a, b| a.frame.stamp.at <= b.frame.stamp.at));
        assert_eq!(deliver(Delivery::Doubled).len(), 40);
    }

    #[test]
    fn jitter_delays_by_at_most_a_period_and_keeps_the_order() {
        let (prompt, jitter) = (deliver(Delivery::Prompt), deliver(Delivery::Jitter));
        assert!(jitter.is_sorted_by(|a, b| a.at <= b.at));
        assert!(prompt.iter().zip(&jitter).all(|(a, b)| a.at <= b.at && b.frame.payload == a.frame.payload));
        assert!(prompt.iter().zip(&jitter).any(|(a, b)| b.at - a.at > 0.002));
    }
}
