//! The rules of what may be written, written down a second time: nothing here knows how the state machine works. The same rules for
//! logs of a real interface are `deploy/checks/obd-writes`.

use std::collections::BTreeMap;
use std::time::Duration;

use can_reader::FrameId;
use cardash_obd::Request;

const PIDS: [u8; 14] = [0x00, 0x20, 0x40, 0x60, 0x01, 0x05, 0x0C, 0x0D, 0x2F, 0x42, 0x46, 0x5A, 0x5B, 0x5C];

/// Who said a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    Us,
    Others,
    /// The link came up: nothing is known from before.
    Link,
}

/// Everything on the bus, in order.
#[derive(Clone, Debug, Default)]
pub struct Trace(pub Vec<(Duration, Who, FrameId, Vec<u8>)>);

impl Trace {
    pub fn ours(&mut self, at: Duration, request: Request) {
        self.0.push((at, Who::Us, request.id(), request.data().to_vec()));
    }

    pub fn others(&mut self, at: Duration, id: FrameId, data: &[u8]) {
        self.0.push((at, Who::Others, id, data.to_vec()));
    }

    pub fn link_up(&mut self, at: Duration) {
        self.0.push((at, Who::Link, FrameId::Standard(0), Vec::new()));
    }

    /// How many frames were written from then until then, seconds.
    pub fn written(&self, from: u64, to: u64) -> usize {
        let within = |at: &Duration| (from..to).contains(&at.as_secs());
        self.0.iter().filter(|(at, who, ..)| *who == Who::Us && within(at)).count()
    }

    /// The parameters asked for, in order.
    pub fn asked(&self) -> Vec<u8> {
        self.0.iter().filter(|(_, who, ..)| *who == Who::Us).map(|(.., data)| data[2]).collect()
    }

    /// What is wrong with what was written.
    pub fn judge(&self) -> Result<(), String> {
        let ms = Duration::from_millis;
        let mut sent: Option<Duration> = None;
        let mut answered = true;
        let mut pending_until = Duration::ZERO;
        let mut tester: Option<Duration> = None;
        let mut last_answer: Option<Duration> = None;
        let mut first_unanswered: Option<Duration> = None;
        let mut up = Duration::ZERO;
        // When the speed was asked for, unless a prompt answer came; and until when a late one has it left alone.
        let (mut speed_asked, mut speed_rests) = (None, Duration::ZERO);
        for (at, who, id, data) in &self.0 {
            if *who == Who::Link {
                (up, sent, answered, first_unanswered, pending_until) =
                    (*at, None, true, None, Duration::ZERO);
                (speed_asked, speed_rests) = (None, Duration::ZERO);
                continue;
            }
            if *who == Who::Others {
                match (id, data.as_slice()) {
                    (FrameId::Standard(0x7DF..=0x7E7) | FrameId::Extended(0x18DB_33F1), _) => {
                        (tester, first_unanswered) = (Some(*at), None);
                    }
                    (
                        FrameId::Standard(0x7E8..=0x7EF) | FrameId::Extended(0x18DA_F100..=0x18DA_F1FF),
                        bytes,
                    ) => match bytes {
                        [3, 0x7F, 1, 0x78, ..] => pending_until = *at + ms(5000),
                        [length, service @ (0x41 | 0x7F), number, ..] => {
                            if (*length, *service, *number, bytes.len()) == (3, 0x41, 0x0D, 8)
                                && let Some(asked) = speed_asked
                            {
                                match *at > asked + ms(100) {
                                    true => speed_rests = *at + ms(2000),
                                    false => speed_asked = None,
                                }
                            }
                            (answered, last_answer, first_unanswered, pending_until) =
                                (true, Some(*at), None, Duration::ZERO);
                        }
                        // Perhaps another tester's answer.
                        _ => first_unanswered = None,
                    },
                    _ => {}
                }
                continue;
            }
            let wrong = |what: &str| Err(format!("{at:?} {id} {data:02X?}: {what}"));
            if !matches!(id, FrameId::Standard(0x7DF) | FrameId::Extended(0x18DB_33F1)) {
                return wrong("an identifier that is not on the list");
            }
            match data.as_slice() {
                [2, 1, pid, 0xCC, 0xCC, 0xCC, 0xCC, 0xCC] if PIDS.contains(pid) => {}
                _ => return wrong("bytes that are not on the list"),
            }
            if *at < up + ms(1000) {
                return wrong("before it has listened for a second");
            }
            if sent.is_some_and(|sent| *at < sent + ms(50)) {
                return wrong("more than 20 a second");
            }
            if !answered && (sent.is_some_and(|sent| *at < sent + ms(150)) || *at < pending_until) {
                return wrong("while another is in flight");
            }
            if data[2] == 0x0D && *at < speed_rests {
                return wrong("the speed within 2 s of one that came late");
            }
            if data[2] == 0x0D {
                speed_asked = Some(*at);
            }
            if tester.is_some_and(|tester| *at < tester + ms(60_000)) {
                return wrong("within a minute of another tester's request");
            }
            let silent = first_unanswered.is_some_and(|first| *at >= first + ms(3000) + ms(1000));
            let others = last_answer.is_some_and(|last| *at < last + ms(4000));
            if silent && !others && sent.is_some_and(|sent| *at < sent + ms(5000)) && !self.woken(*at) {
                return wrong("more than once in 5 s although nobody answers");
            }
            (sent, answered) = (Some(*at), false);
            first_unanswered = first_unanswered.or(Some(*at));
        }
        Ok(())
    }

    /// Whether a kind of frame that no diagnosis is, and that was new or absent for 10 s, has come for a second, and that at most 3 s
    /// ago: so long it asks before it is silent again.
    fn woken(&self, at: Duration) -> bool {
        let ms = Duration::from_millis;
        let mut kinds: BTreeMap<String, (Duration, Duration)> = BTreeMap::new();
        let mut woke = None;
        for (when, who, id, _) in self.0.iter().filter(|(when, ..)| *when <= at) {
            let is_other = *who == Who::Others && !matches!(id, FrameId::Standard(0x7DF..=0x7EF));
            if !is_other || matches!(id, FrameId::Extended(id) if matches!(id >> 16, 0x18DA | 0x18DB)) {
                continue;
            }
            let (since, last) = kinds.entry(id.to_string()).or_insert((*when, *when));
            if *when >= *last + ms(10_000) {
                *since = *when;
            }
            *last = *when;
            if *when >= *since + ms(1000) && *when <= *since + ms(1500) {
                woke = Some(*when);
            }
        }
        woke.is_some_and(|woke| at <= woke + ms(4000))
    }
}
