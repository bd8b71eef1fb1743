//! What is said of one message, for programs: an object a line.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::{Report, Verdict};
use crate::FrameId;
use crate::integrity::find::{Counted, Proof};

impl Report<'_> {
    /// Writes the line.
    pub(super) fn json(&self, out: &mut impl Write) -> io::Result<()> {
        let Self { key: (interface, id), sample, found, .. } = self;
        let (proof, verdict) = self.verdict();
        let frames = sample.frames.len();
        let counter = |Counted { field, words, refused }: &Counted| json!({ "counter": words, "layout": field.place.layout(), "alive": frames - refused });
        let line = json!({
            "interface": interface,
            "id": id.to_string(),
            "extended": matches!(id, FrameId::Extended(_)),
            "bytes": sample.length,
            "frames": frames,
            "different": sample.contents.len(),
            "needed": found.needed,
            "checksum": proof.as_ref().map(|proof| checksum(proof, verdict)),
            "counters": found.counters.iter().map(counter).collect::<Vec<_>>(),
        });
        serde_json::to_writer(&mut *out, &line)?;
        out.write_all(b"\n")
    }
}

fn checksum(proof: &Proof, verdict: Verdict) -> Value {
    let others = if let Verdict::AsOthers(messages) = verdict { messages } else { 0 };
    json!({
        "checksum": proof.words,
        "layout": proof.place.layout(),
        "holds": proof.holds,
        "values": proof.values,
        "proven": !matches!(verdict, Verdict::Open),
        "other_messages": others,
    })
}
