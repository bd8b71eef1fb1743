//! AUTOSAR's own examples, descriptions that cannot be, and those that the documents show.

use super::*;

/// The examples of AUTOSAR's specification (all data 0), and a few frames that the PyPI package `autosar-e2e` made.
#[test]
fn autosars_examples() {
    let signals = [
        "CRC : 0|8@1+",
        "COUNTER : 8|4@1+",
        "LATE_CRC : 64|8@1+",
        "LATE_COUNTER : 72|4@1+",
        "CRC16 : 0|16@1+",
        "LATE_CRC16 : 64|16@1+",
    ];
    let ids = "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]";
    let (short, long) = ("0000000000000000", "00000000000000000000000000000000");
    for (kind, rest, signal, frame, crc) in [
        ("1", "data_id = 0x123", "CRC", short, 0xCC),
        ("1", "data_id = 0x123", "CRC", "0001000000000000", 0x91),
        ("1", "data_id = 0x123, data_id_mode = \"both\"", "CRC", "0005112233445566", 0xE9),
        ("1", "data_id = 0x123, data_id_mode = \"alternating\"", "CRC", short, 0xCE),
        ("1", "data_id = 0x123, data_id_mode = \"alternating\"", "CRC", "0001000000000000", 0x02),
        ("1", "data_id = 0x123, data_id_mode = \"alternating\"", "CRC", "0005112233445566", 0x7A),
        ("1", "data_id = 0x123, data_id_mode = \"low\"", "CRC", "0001000000000000", 0x93),
        ("1", "data_id = 0x123, data_id_mode = \"nibble\"", "CRC", "0010000000000000", 0x2A),
        ("1", "data_id = 0x123, data_id_mode = \"nibble\"", "CRC", "0016112233445566", 0xE8),
        ("11", "data_id = 0x123", "CRC", short, 0xCC),
        ("11", "data_id = 0x123, data_id_mode = \"nibble\"", "CRC", "0010000000000000", 0x2A),
        ("11", "data_id = 0x123", "LATE_CRC", long, 0x41),
        (
            "11",
            "data_id = 0x123, data_id_mode = \"nibble\"",
            "LATE_CRC",
            "00000000000000000010000000000000",
            0x7D,
        ),
        ("2", "data_ids = IDS", "CRC", short, 0x0E),
        ("2", "data_ids = IDS", "CRC", "0007000000000000", 0x65),
        ("22", "data_ids = IDS", "CRC", "000F000000000000", 0xCD),
        ("5", "data_id = 0x1234", "CRC16", short, 0xCA1C),
        ("5", "data_id = 0x1234", "LATE_CRC16", long, 0x9128),
        ("5", "data_id = 0xBEEF", "CRC16", "000009101112131415161718191A1B1C", 0xEE2B),
    ] {
        let bytes: Vec<_> = (0..frame.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(&frame[at..at + 2], 16).unwrap())
            .collect();
        let message = message(0x100, 16, &signals);
        let counter = if signal.starts_with("LATE") { "LATE_COUNTER" } else { "COUNTER" };
        let counter = if kind == "5" { String::new() } else { format!("counter = \"{counter}\"\n") };
        let rest = rest.replace("IDS", ids);
        let text =
            format!("{counter}checksum = {{ kind = \"autosar-e2e-{kind}\", signal = \"{signal}\", {rest} }}");
        let checksum = compile(&message, &text).unwrap();
        assert_eq!(checksum.compute(message.id(), &bytes), crc, "profile {kind}, {rest}, {frame}");
    }
}

#[test]
fn descriptions_that_cannot_be_say_what_to_do() {
    let signals = ["SUM : 56|8@1+", "HALF : 52|4@1+", "ODD : 47|8@1+", "COUNTER : 48|4@1+", "WORD : 0|16@1+"];
    let message = message(0x100, 8, &signals);
    for (text, words) in [
        ("kind = \"hondo\", signal = \"SUM\"", "unknown variant `hondo`, expected one of `honda`"),
        ("kind = \"honda\", signal = \"SUM\"", "\"honda\" has 4 bits, but SUM does not; name the signal"),
        ("kind = \"honda\", signal = \"HALF\", id = true", "has no key id; its keys are signal"),
        ("kind = \"honda\", signal = 5", "expected signal = \"NAME\", or [\"HIGH\", \"LOW\"]"),
        ("kind = \"honda\", signal = [\"HALF\", \"HALF\"]", "none of them twice"),
        ("kind = \"honda\", signal = []", "one to 4 signals"),
        ("kind = \"honda\", signal = \"HALV\"", "(nearest: HALF)"),
        ("kind = \"crc8-sae-j1850\", signal = \"ODD\"", "8 bits and fills one byte, but ODD does not"),
        ("kind = \"crc\", signal = \"SUM\", width = 3, polynomial = 3", "width = 3: it must be from 4 to 32"),
        (
            "kind = \"crc\", signal = \"SUM\", width = 16, polynomial = 3",
            "but SUM has 8 bits; they must be the same",
        ),
        (
            "kind = \"crc\", signal = \"SUM\", width = 8, polynomial = 0x11D",
            "polynomial = 0x11D: write the 8 bits below",
        ),
        (
            "kind = \"crc\", signal = \"SUM\", width = 8, polynomial = 0x1D, initial = 256",
            "initial = 0x100: it must be from 0 to 0xFF",
        ),
        ("kind = \"crc\", signal = \"SUM\", width = 8", "needs the key polynomial"),
        ("kind = \"crc\", signal = \"SUM\", width = 8, polynomial = 0x1D, bytes = [2, 8]", "from 0 to 7"),
        (
            "kind = \"crc\", signal = \"SUM\", width = 8, polynomial = 0x1D, tail = [1], tail_by_counter = [1]",
            "give one",
        ),
        (
            "kind = \"crc\", signal = \"SUM\", width = 8, polynomial = 0x1D, tail_by_counter = [1]",
            "name it: counter = \"NAME\"",
        ),
        (
            "kind = \"crc\", signal = \"SUM\", width = 8, polynomial = 0x1D, head = [256]",
            "head has 256: a byte is from 0 to 255",
        ),
        ("kind = \"sum\", signal = \"SUM\", of = \"words\"", "unknown variant `words`"),
        ("kind = \"sum\", signal = \"WORD\", of = \"xor\"", "has 4 or 8 bits"),
        ("kind = \"sum\", signal = \"SUM\", of = \"bytes\", plus = [\"NONE\"]", "NONE"),
        ("kind = \"autosar-e2e-1\", signal = \"SUM\"", "needs the key data_id"),
        (
            "kind = \"autosar-e2e-1\", signal = \"SUM\", data_id = 1, data_id_mode = \"alternating\"",
            "goes by the alive counter",
        ),
        (
            "kind = \"autosar-e2e-11\", signal = \"SUM\", data_id = 1, data_id_mode = \"low\"",
            "\"both\" and \"nibble\" only",
        ),
        ("kind = \"autosar-e2e-2\", signal = \"SUM\", data_ids = [1]", "data_ids has 1 entries; give 16"),
        ("kind = \"autosar-e2e-5\", signal = \"SUM\", data_id = 1", "has 16 bits, but SUM does not"),
    ] {
        let message = compile(&message, &format!("checksum = {{ {text} }}")).unwrap_err();
        assert!(message.contains(words), "{text}: {message}");
    }
    for (text, words) in [
        ("\"SUM\"", "have bits in common"),
        ("{ signal = \"COUNTER\", wrap = 17 }", "wrap = 17: it is the number of values, from 2 to 16"),
        (
            "{ signal = \"COUNTER\", step = 16 }",
            "step = 16: it is how far it goes from frame to frame (the last of these counts down), from 1 to 15",
        ),
        ("{ signal = \"COUNTER\", steps = 1 }", "with the keys signal, step, wrap, repeats"),
    ] {
        let text = format!("counter = {text}\nchecksum = {{ kind = \"crc8-sae-j1850\", signal = \"SUM\" }}");
        let message = compile(&message, &text).unwrap_err();
        assert!(message.contains(words), "{text}: {message}");
    }
    let table = "counter = \"COUNTER\"\nchecksum = { kind = \"crc\", signal = \"SUM\", width = 8, polynomial = 0x1D, tail_by_counter = [1, 2] }";
    assert!(compile(&message, table).unwrap_err().contains("has 2 entries, and the counter 16 values"));
}

/// Every checksum that `docs/adding-a-vehicle.md` shows.
#[test]
fn the_examples_of_the_documentation_compile() {
    let document = include_str!("../../../../docs/adding-a-vehicle.md");
    let lines: Vec<_> = document.lines().filter(|line| line.starts_with("checksum = {")).collect();
    assert!(lines.len() >= 14, "{lines:?}");
    for line in lines {
        let tried = [4, 8, 16].map(|bits| {
            let checksum = format!("CHECKSUM : 0|{bits}@1+");
            let parts = ["SUM_L : 46|2@1+", "SUM_H : 62|2@1+", "COUNTER_L : 30|2@1+", "COUNTER_H : 38|2@1+"];
            let fields = ["QUALITY : 22|2@1+", "COUNTER : 18|4@1+"];
            let message = message(0x100, 24, &[[checksum.as_str()].as_slice(), &parts, &fields].concat());
            compile(&message, &format!("counter = \"COUNTER\"\n{line}"))
        });
        assert!(tried.iter().any(Result::is_ok), "{line}: {tried:?}");
    }
}
