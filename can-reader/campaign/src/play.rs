//! Gives the frames of a case to whoever is asked, and asks every 10 ms.

use std::time::Duration;

use anyhow::Result;
use can_reader::source::{Rate, Replay, ReplayOptions};
use can_reader::{Event, FrameSource};

use crate::answer::{Answer, Asked, Who};
use crate::case::Setting;

/// How often a client looks, s.
pub const LOOK: f64 = 0.010;

/// One look: when, for how long it stands, what was true, what was said.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    pub at: f64,
    pub seconds: f64,
    pub truth: f64,
    pub answer: Answer,
}

/// Plays a case, and shows each look.
///
/// # Errors
/// When the profile or the log cannot be written or read, or when the deadline does not move on.
pub fn play(setting: &Setting, who: Who, look: &mut dyn FnMut(Look)) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let mut asked = who.ask(setting.layout.vehicle(folder.path())?);
    match &setting.log {
        None => live(setting, asked.as_mut(), look),
        Some(log) => {
            let path = folder.path().join("drive.log");
            std::fs::write(&path, log)?;
            let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
            runtime.block_on(replay(setting, Replay::open(&path, options())?, asked.as_mut(), look))
        }
    }
}

const fn options() -> ReplayOptions {
    ReplayOptions { rate: Rate::Max, repeat: false, progress: false }
}

fn live(setting: &Setting, asked: &mut dyn Asked, look: &mut dyn FnMut(Look)) -> Result<()> {
    let clock = |at| setting.delivery.clock(at);
    let mut arrivals = setting.arrivals.iter().peekable();
    let looks = (setting.record.seconds / LOOK) as usize;
    for number in 0..looks {
        let at = number as f64 * LOOK;
        while let Some(arrival) = arrivals.next_if(|arrival| arrival.at <= at) {
            tick_until(asked, clock(arrival.at))?;
            asked.handle(clock(arrival.at), &Event::Frame(arrival.frame));
        }
        tick_until(asked, clock(at))?;
        look(Look { at, seconds: LOOK, truth: setting.record.truth(at), answer: asked.answer() });
    }
    Ok(())
}

/// As the service does: comes back at the deadline, unless a frame comes first.
fn tick_until(asked: &mut dyn Asked, now: Duration) -> Result<()> {
    let mut last = None;
    while let Some(deadline) = asked.deadline().filter(|deadline| *deadline < now) {
        anyhow::ensure!(
            last.is_none_or(|last| deadline > last),
            "the deadline {deadline:?} does not move on: a service would turn without end"
        );
        last = Some(deadline);
        asked.handle(deadline, &Event::Deadline);
    }
    Ok(())
}

/// A log through the real source. Its clock means nothing here, so frames are counted: what is said after one stands
/// until the next was recorded.
async fn replay(
    setting: &Setting,
    mut log: Replay,
    asked: &mut dyn Asked,
    look: &mut dyn FnMut(Look),
) -> Result<()> {
    let mut frames = 0;
    let mut idle = 0_u32;
    loop {
        let event = log.next(asked.deadline()).await;
        if event == Event::End {
            return Ok(());
        }
        asked.handle(log.now(), &event);
        let Event::Frame(_) = event else {
            idle += 1;
            anyhow::ensure!(
                idle < 10_000,
                "10,000 deadlines without a frame: a service would turn without end"
            );
            continue;
        };
        idle = 0;
        let at = setting.arrivals[frames].at;
        frames += 1;
        let next = setting.arrivals.get(frames).map_or(at, |next| next.at);
        look(Look { at, seconds: next - at, truth: setting.record.truth(at), answer: asked.answer() });
    }
}
