//! `cardash-bench-decode DECODER DBC FRAMES ID`: decodes FRAMES frames, all signals of each, and prints frames a second as JSON.
//! ID is the one message, in hexadecimal, or `all`: then the messages of the DBC come in turn. DECODER is `cardash`,
//! `can_decode` or `dbc-rs`. `frames` in its place prints the frames, for a decoder in another language.

use std::error::Error;
use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use can_reader::FrameId;
use can_reader::dbc::{Database, Message};

/// Different frames, so that no decoder sees the same again and again.
const DIFFERENT: usize = 1024;

struct Frame {
    id: FrameId,
    number: u32,
    is_extended: bool,
    data: Vec<u8>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, decoder, path, count, wanted] = arguments.as_slice() else {
        return Err("usage: cardash-bench-decode cardash|can_decode|dbc-rs|frames DBC FRAMES ID|all".into());
    };
    let count: usize = count.parse()?;
    let dbc = Database::load(Path::new(path))?;
    let frames = frames(&dbc, wanted)?;
    let decoded = match decoder.as_str() {
        "cardash" => timed(&frames, count, |frame| cardash(&dbc, frame)),
        "can_decode" => {
            let parser = can_decode::Parser::from_dbc_file(Path::new(path)).map_err(|e| format!("{e:?}"))?;
            timed(&frames, count, |frame| black_box(parser.decode_msg(frame.number, &frame.data)).is_some())
        }
        "dbc-rs" => {
            let text = String::from_utf8_lossy(&std::fs::read(path)?).into_owned();
            let parsed = dbc_rs::Dbc::parse(&text).map_err(|e| format!("{e:?}"))?;
            timed(&frames, count, |frame| {
                black_box(parsed.decode(frame.number, &frame.data, frame.is_extended)).is_ok()
            })
        }
        "frames" => {
            for frame in &frames {
                let data: String = frame.data.iter().map(|byte| format!("{byte:02X}")).collect();
                println!("{} {data}", frame.number);
            }
            return Ok(());
        }
        other => return Err(format!("there is no decoder {other}").into()),
    };
    println!("{decoded}");
    Ok(())
}

fn cardash(dbc: &Database, frame: &Frame) -> bool {
    let Some(message) = dbc.message_by_id(frame.id) else { return false };
    for signal in message.signals() {
        black_box(signal.decode(&frame.data));
    }
    true
}

/// Frames of one message or of all in turn, whose bytes are made up.
fn frames(dbc: &Database, wanted: &str) -> Result<Vec<Frame>, Box<dyn Error>> {
    let wanted = if wanted == "all" { None } else { Some(u32::from_str_radix(wanted, 16)?) };
    let is_wanted =
        |message: &&Message| wanted.is_none_or(|id| number(message.id()) == id) && message.size() > 0;
    let messages: Vec<&Message> = dbc.messages().iter().filter(is_wanted).collect();
    if messages.is_empty() {
        return Err("no such message".into());
    }
    let mut state = 1_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state.to_be_bytes()[0]
    };
    let frame = |message: &Message| Frame {
        id: message.id(),
        number: number(message.id()),
        is_extended: matches!(message.id(), FrameId::Extended(_)),
        data: (0..message.size()).map(|_| next()).collect(),
    };
    Ok(messages.into_iter().cycle().take(DIFFERENT).map(frame).collect())
}

fn number(id: FrameId) -> u32 {
    match id {
        FrameId::Standard(id) => id.into(),
        FrameId::Extended(id) => id,
    }
}

fn timed(frames: &[Frame], count: usize, mut decode: impl FnMut(&Frame) -> bool) -> String {
    let began = Instant::now();
    let known = frames.iter().cycle().take(count).filter(|frame| decode(frame)).count();
    let seconds = began.elapsed().as_secs_f64();
    format!("{{\"per_s\": {:.0}, \"known\": {:.3}}}", count as f64 / seconds, known as f64 / count as f64)
}
