//! Any layout decodes as a naive reader of single bits does, what is encoded decodes again, and no
//! bytes make the loader panic.

#![allow(clippy::unwrap_used, reason = "a test")]

use can_reader::dbc::Database;
use proptest::prelude::*;

/// One signal in a message, as a DBC file states it.
#[derive(Clone, Debug)]
struct Layout {
    size: u64,
    start: u64,
    bits: u64,
    intel: bool,
    signed: bool,
    factor: f64,
    offset: f64,
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn decodes_as_the_naive_reader_does(layout in layout(), payload in prop::collection::vec(any::<u8>(), 64)) {
        let database = load(&layout);
        let signal = &database.messages()[0].signals()[0];
        let payload = &payload[..layout.size as usize];
        let expected = naive_bits(&layout, payload).map(|bits| physical(&layout, &bits));
        prop_assert_eq!(signal.decode(payload), expected);
        prop_assert_eq!(signal.fault().is_some(), expected.is_none());
        prop_assert_eq!(database.warnings().len(), usize::from(expected.is_none()));
        if let Some((_, last)) = signal.byte_span() {
            prop_assert_eq!(signal.decode(&payload[..last]), None, "payload ends before the signal");
            prop_assert!(signal.decode(&payload[..=last]).is_some());
        }
    }

    #[test]
    fn raw_bits_round_trip_and_touch_no_others(
        layout in fitting(),
        payload in prop::collection::vec(any::<u8>(), 64),
        raw in any::<u64>(),
    ) {
        let database = load(&layout);
        let signal = &database.messages()[0].signals()[0];
        let before = payload[..layout.size as usize].to_vec();
        let mut after = before.clone();
        signal.set_raw(raw, &mut after).unwrap();
        prop_assert_eq!(signal.raw(&after), Some(raw & (u64::MAX >> (64 - layout.bits))));
        let own: Vec<u64> = positions(&layout).collect();
        for position in 0..layout.size * 8 {
            if !own.contains(&position) {
                prop_assert_eq!(wire_bit(&after, position), wire_bit(&before, position));
            }
        }
    }

    #[test]
    fn what_is_encoded_decodes_to_half_a_count(layout in fitting(), raw in any::<u64>(), part in -0.49..0.49f64) {
        // Beyond 52 bits f64 is coarser than a count.
        let layout = Layout { bits: layout.bits.min(52), ..layout };
        let database = load(&layout);
        let signal = &database.messages()[0].signals()[0];
        let mut payload = vec![0; layout.size as usize];
        signal.set_raw(raw, &mut payload).unwrap();
        let exact = signal.decode(&payload).unwrap();
        let asked = exact + part * layout.factor;
        let mut again = vec![0xFF; layout.size as usize];
        match signal.encode(asked, &mut again) {
            Ok(()) => {
                let got = signal.decode(&again).unwrap();
                let rounding = (asked.abs() + layout.offset.abs()) * 1e-15;
                prop_assert!((got - asked).abs() <= signal.resolution() * 0.5 + rounding, "{asked} became {got}");
            }
            // Just outside the ends of the range.
            Err(error) => prop_assert!(part != 0.0 && error.to_string().contains("does not fit"), "{error}"),
        }
    }

    #[test]
    fn what_is_written_reads_back_the_same(layouts in prop::collection::vec(fitting(), 1..6), cycle in 0..200u32) {
        let mut text = String::new();
        let mut more = String::new();
        for (n, layout) in layouts.iter().enumerate() {
            let id = if n % 2 == 0 { n as u32 + 1 } else { (n as u32 + 1) | (1 << 31) };
            let order = u8::from(layout.intel);
            let sign = if layout.signed { '-' } else { '+' };
            let Layout { size, start, bits, factor, offset, .. } = layout;
            text += &format!(
                "BO_ {id} M{n}: {size} E\n SG_ S : {start}|{bits}@{order}{sign} ({factor},{offset}) [-1.5|{n}] \"km/h\" E\n"
            );
            more += &format!("CM_ SG_ {id} S \"a signal\nof two lines\";\nCM_ BO_ {id} \"a message\";\nVAL_ {id} S 0 \"none\" 1 \"Fehler\" ;\n");
            more += &format!("BA_ \"GenMsgCycleTime\" BO_ {id} {cycle};\n");
        }
        let text = text + "\nBA_DEF_ BO_ \"GenMsgCycleTime\" INT 0 1000;\nBA_DEF_DEF_ \"GenMsgCycleTime\" 0;\n" + &more;
        same_again(&Database::parse("a.dbc", text.as_bytes()).unwrap());
    }

    #[test]
    fn no_bytes_make_the_loader_panic(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
        let _ = Database::parse("any", &bytes);
    }

    #[test]
    fn no_damaged_file_makes_the_loader_panic(
        cut in 0..WHOLE.len(),
        hits in prop::collection::vec((0..WHOLE.len(), any::<u8>()), 0..6),
        frame in prop::collection::vec(any::<u8>(), 0..65),
    ) {
        let mut bytes = WHOLE.as_bytes().to_vec();
        for (at, byte) in hits {
            bytes[at] = byte;
        }
        for bytes in [&bytes[..], &bytes[..cut]] {
            exercise(bytes, &frame);
        }
    }

    #[test]
    fn no_file_of_odd_numbers_makes_the_loader_panic(
        numbers in prop::collection::vec(odd_number(), 12),
        frame in prop::collection::vec(any::<u8>(), 0..65),
    ) {
        let n = |i: usize| &numbers[i];
        let text = format!(
            "BO_ {} M: {} E\n SG_ A M : {}|{}@1+ ({},{}) [{}|{}] \"\" E\n SG_ B m{}M : {}|8@0- (1,0) [0|0] \"\" E\n \
             SG_ C m1 : 0|64@0- (1,0) [0|0] \"\" E\n\nSG_MUL_VAL_ {} C B {}-99;\nSG_MUL_VAL_ {} B A 0-5;\n\
             SIG_VALTYPE_ {} A : 1;\n",
            n(0), n(1), n(2), n(3), n(4), n(5), n(6), n(7), n(8), n(9), n(0), n(10), n(0), n(11),
        );
        exercise(text.as_bytes(), &frame);
    }
}

/// Written and read again it is the same, down to each bit of every signal.
fn same_again(database: &Database) {
    let messages: Vec<_> = database.messages().iter().collect();
    let text = can_reader::dbc::write(&messages, "made of \"another\"");
    let again =
        Database::parse(database.name(), text.as_bytes()).unwrap_or_else(|error| panic!("{error}\n{text}"));
    assert_eq!(again.messages(), database.messages(), "{text}");
}

#[test]
fn pages_floats_texts_and_long_names_are_written_too() {
    same_again(&Database::parse("whole.dbc", WHOLE.as_bytes()).unwrap());
    let twins = "BO_ 5 M: 8 E\n SG_ MODE M : 0|8@1+ (1,0) [0|0] \"\" E\n SG_ V m1 : 8|16@1+ (1,0) [0|0] \"\" E\n \
        SG_ V m2 : 24|16@1- (0.5,0) [0|0] \"\" E\n SG_ W m3 : 8|16@1+ (1,0) [0|0] \"\" E\n\n\
        BA_DEF_ SG_ \"SystemSignalLongSymbol\" STRING ;\nBA_DEF_DEF_ \"SystemSignalLongSymbol\" \"\";\n\
        BA_ \"SystemSignalLongSymbol\" SG_ 5 W \"W_with_a_name_that_no_line_of_a_dbc_file_holds\";\nSG_MUL_VAL_ 5 W MODE 3-3, 5-9;\n";
    same_again(&Database::parse("twins.dbc", twins.as_bytes()).unwrap());
}

/// Loads, decodes and encodes everything there is.
fn exercise(bytes: &[u8], frame: &[u8]) {
    let Ok(database) = Database::parse("any", bytes) else { return };
    for message in database.messages() {
        for signal in message.signals() {
            let _ = (signal.decode(frame), signal.byte_span(), message.signal(signal.name()).is_ok());
            let mut payload = frame.to_vec();
            let _ = signal.encode(1.0, &mut payload);
            let _ = signal.set_raw(u64::MAX, &mut payload);
        }
    }
}

/// A file with a statement of each kind that matters.
const WHOLE: &str = "VERSION \"1\"\nNS_ :\n CM_\nBS_:\nBU_: E F\nBO_ 464 M: 8 E\n \
    SG_ S M : 7|15@0+ (0.01,-5) [0|250] \"km/h\" F\n SG_ T m1M : 24|8@1- (1,0) [0|0] \"\" F\n \
    SG_ U m2 : 32|32@1- (1,0) [0|0] \"\" F\n\nBO_ 2147483649 X: 64 E\n SG_ V : 448|64@1+ (1,0) [0|0] \"\" F\n\n\
    CM_ SG_ 464 S \"text\";\nBA_DEF_ BO_ \"GenMsgCycleTime\" INT 0 1000;\nBA_DEF_DEF_ \"GenMsgCycleTime\" 0;\n\
    BA_ \"GenMsgCycleTime\" BO_ 464 20;\nVAL_ 464 T 1 \"on\" 0 \"off\";\nSIG_VALTYPE_ 464 U : 1;\n\
    SG_MUL_VAL_ 464 T S 1-1, 5-9;\nSG_MUL_VAL_ 464 U T 2-2;\n";

fn layout() -> impl Strategy<Value = Layout> {
    let place = (1..=64u64, 0..520u64, 0..=66u64, any::<bool>());
    let value = (any::<bool>(), prop::sample::select(vec![1.0, 0.01, -0.5, 1e-6, 4096.0]), -300..300i32);
    (place, value).prop_map(|((size, start, bits, intel), (signed, factor, offset))| {
        let offset = f64::from(offset) / 4.0;
        Layout { size, start: start % (size * 8 + 8), bits, intel, signed, factor, offset }
    })
}

/// Layouts that fit: the start bit is drawn from those that leave room.
fn fitting() -> impl Strategy<Value = Layout> {
    (layout(), any::<prop::sample::Index>()).prop_map(|(layout, room)| {
        let bits = layout.bits.clamp(1, 64).min(layout.size * 8);
        let first = room.index((layout.size * 8 - bits + 1) as usize) as u64;
        let start = if layout.intel { first } else { 8 * (first / 8) + 7 - first % 8 };
        Layout { bits, start, ..layout }
    })
}

fn odd_number() -> impl Strategy<Value = String> {
    let edges = [
        "0",
        "1",
        "7",
        "63",
        "64",
        "65",
        "255",
        "2047",
        "2048",
        "66000",
        "2147483648",
        "2684354559",
        "3221225472",
        "4294967295",
        "4294967296",
        "18446744073709551615",
        "18446744073709551616",
        "-1",
        "1e308",
        "1e999",
        "0.0",
    ];
    prop_oneof![
        prop::sample::select(edges.to_vec()).prop_map(str::to_owned),
        (0..600u32).prop_map(|n| n.to_string())
    ]
}

fn load(layout: &Layout) -> Database {
    let text = format!(
        "BO_ 1 M: {} E\n SG_ S : {}|{}@{}{} ({},{}) [0|0] \"\" E\n",
        layout.size,
        layout.start,
        layout.bits,
        u8::from(layout.intel),
        if layout.signed { '-' } else { '+' },
        layout.factor,
        layout.offset,
    );
    Database::parse("layout.dbc", text.as_bytes()).unwrap()
}

/// The signal's bits, the most significant first, read one at a time; `None` when it does not fit.
fn naive_bits(layout: &Layout, payload: &[u8]) -> Option<Vec<bool>> {
    if !(1..=64).contains(&layout.bits) {
        return None;
    }
    positions(layout).map(|position| wire_bit(payload, position)).collect()
}

/// Where the signal's bits are on the wire (0 is the most significant of byte 0), the most significant
/// first.
fn positions(layout: &Layout) -> impl Iterator<Item = u64> {
    let Layout { start, bits, intel, .. } = *layout;
    let on_wire = |numbered: u64| numbered / 8 * 8 + (7 - numbered % 8);
    (0..bits).map(move |n| if intel { on_wire(start + bits - 1 - n) } else { on_wire(start) + n })
}

fn wire_bit(payload: &[u8], position: u64) -> Option<bool> {
    let byte = payload.get(usize::try_from(position / 8).ok()?)?;
    Some(byte >> (7 - position % 8) & 1 == 1)
}

fn physical(layout: &Layout, bits: &[bool]) -> f64 {
    let unsigned = bits.iter().fold(0i128, |number, bit| number * 2 + i128::from(*bit));
    let negative = layout.signed && bits[0];
    let raw = if negative { unsigned - (1i128 << bits.len()) } else { unsigned };
    raw as f64 * layout.factor + layout.offset
}
