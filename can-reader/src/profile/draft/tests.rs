use proptest::prelude::*;

use super::*;
use crate::Vehicle;

const DBC: &str = "BO_ 1 W: 8 X\n SG_ A : 0|16@1+ (0.01,0) [0|0] \"km/h\" X\n SG_ B : 16|16@1+ (0.01,0) [0|0] \"\" X\n \
    SG_ OK : 32|1@1+ (1,0) [0|0] \"\" X\n SG_ N : 36|4@1+ (1,0) [0|0] \"\" X\n SG_ C : 56|8@1+ (1,0) [0|0] \"\" X\n\
    BO_ 2 V: 8 X\n SG_ A : 7|16@0- (0.05,0) [0|0] \"\" X\n SG_ B : 23|16@0+ (1,0) [0|0] \"\" X\n";

/// What is in force, as another writer writes it.
fn plain(draft: &Draft) -> String {
    let mut whole = Table::new();
    for section in draft.sections.iter().filter(|section| !section.is_open) {
        let mut table = &mut whole;
        let mut item = Table::new();
        match &section.name {
            Name::Top => {}
            Name::Table(parts) => {
                for part in parts {
                    let inner = table.entry(part.clone()).or_insert_with(|| Value::Table(Table::new()));
                    table = inner.as_table_mut().unwrap();
                }
            }
            Name::Item(_) => table = &mut item,
        }
        for line in &section.lines {
            for choice in line.choices.iter().filter(|choice| !choice.is_open) {
                let mut inner = &mut *table;
                let mut parts: Vec<_> = line.key.split('.').collect();
                let last = parts.pop().unwrap();
                for part in parts {
                    let entry = inner.entry(part.to_owned()).or_insert_with(|| Value::Table(Table::new()));
                    inner = entry.as_table_mut().unwrap();
                }
                inner.insert(last.to_owned(), choice.value.clone());
            }
        }
        if let Name::Item(name) = &section.name {
            let items = whole.entry(name.clone()).or_insert_with(|| Value::Array(Vec::new()));
            items.as_array_mut().unwrap().push(Value::Table(item));
        }
    }
    // Tables without a key are not written.
    whole.retain(|_, value| value.as_table().is_none_or(|table| !table.is_empty()));
    toml::to_string(&whole).unwrap()
}

fn vehicle(text: &str) -> Vehicle {
    Vehicle::of_texts("car", text, ("car.dbc", DBC)).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

fn speed(signal: &'static str) -> impl Strategy<Value = Speed> {
    let number = || prop::sample::select(vec![0.5, 1.0, 0.1, 1.25, 2.0, 1e-3]);
    let turns = prop::sample::select(vec![
        ("km/h", false),
        ("mph", false),
        ("m/s", false),
        ("rpm", true),
        ("rad/s", true),
    ]);
    let flag = prop::option::of(prop::sample::select(vec![vec![], vec![1], vec![0, 1]]));
    let invalid = prop::collection::vec(0_i64..65_000, 0..4);
    let range = prop::option::of((0.0..10.0, 100.0..900.0));
    (turns, prop::option::of(number()), range, invalid, flag, any::<bool>(), prop::option::of(number()))
        .prop_map(move |((unit, turns), scale, range, invalid, flag, is_fault, tolerance_percent)| {
            let flag = flag.map(|is| Flag { signal: "W.OK".to_owned(), is });
            let (valid, fault) = if is_fault { (None, flag) } else { (flag, None) };
            Speed {
                unit: Some(unit.to_owned()),
                circumference_m: turns.then_some(1.95),
                scale,
                range,
                invalid,
                valid,
                fault,
                tolerance_percent: tolerance_percent.filter(|percent| *percent >= 0.05),
                ..Speed::of(signal)
            }
        })
}

prop_compose! {
    fn draft()(
        speeds in (speed("W.A"), speed("W.B"), speed("V.A"), speed("V.B")),
        titles in ("[ -~äöü\\t]{0,20}", "[ -~\\n]{0,40}"),
        wheels in any::<[bool; 3]>(),
        open in any::<[bool; 4]>(),
        guards in any::<[bool; 3]>(),
        cycle in prop::option::of(1_i64..1000),
    ) -> Draft {
        let (title, why) = titles;
        let why = vec![why];
        let (a, b, c, d) = speeds;
        let mut draft = Draft::new(&title, "car.dbc");
        draft.head = why.clone();
        draft.tail = why.clone();
        if wheels[0] {
            draft.wheel(Wheel::FrontLeft, &a, why.clone(), false);
            draft.wheel(Wheel::FrontLeft, &b, why.clone(), true);
            draft.wheel(Wheel::RearRight, &b, why.clone(), open[0]);
        } else {
            draft.vehicle_speed(&a, why.clone(), false);
            draft.vehicle_speed(&b, why.clone(), true);
        }
        draft.witness(&c, why.clone(), open[1]);
        draft.witness(&Speed { follows: Some("body".to_owned()), ..d }, why.clone(), open[2]);
        draft.leave_open("driven", "front", why.clone());
        if guards[0] {
            draft.of_message("integrity", "W", "counter", Value::from("N"), why.clone(), open[3]);
        }
        if guards[1] {
            let words = "value = { kind = \"crc8-sae-j1850\", signal = \"C\" }";
            let value = toml::from_str::<Table>(words).unwrap().remove("value").unwrap();
            draft.of_message("integrity", "W", "checksum", value, why.clone(), guards[2]);
        }
        if let Some(cycle) = cycle {
            draft.of_message("messages", "W", "cycle_ms", Value::Integer(cycle), why.clone(), false);
        }
        draft.of_table("link", "bit_rate", Value::Integer(500_000), why, open[0]);
        draft
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Whatever is said and whatever is behind `#`: read back it decodes and estimates as what was described.
    #[test]
    fn what_is_written_is_what_was_described(draft in draft()) {
        let (written, described) = (vehicle(&draft.to_toml()), vehicle(&plain(&draft)));
        prop_assert_eq!(written, described);
    }
}

#[test]
fn the_text_is_laid_out_for_people() {
    let mut draft = Draft::new("A \"kit\" car", "car.dbc");
    draft.head = vec!["Made here.".to_owned()];
    let other = Speed { unit: Some("mph".to_owned()), ..Speed::of("W.B") };
    draft.wheel(Wheel::FrontLeft, &Speed::of("W.A"), vec!["by its name".to_owned()], false);
    draft.wheel(Wheel::FrontLeft, &other, vec!["or:".to_owned()], true);
    draft.witness(
        &Speed { follows: Some("driven".to_owned()), ..Speed::of("V.A") },
        vec!["a shaft".to_owned()],
        true,
    );
    draft.of_table("link", "bit_rate", Value::Integer(500_000), vec!["not sure".to_owned()], true);
    draft.tail = vec!["The end.".to_owned()];
    let expected = "# Made here.\n\ntitle = \"A \\\"kit\\\" car\"\ndbc = \"car.dbc\"\n\n[wheels]\n# by its name\nRow1.Left = \"W.A\"\n\
        # or:\n# Row1.Left = { signal = \"W.B\", unit = \"mph\" }\n\n# a shaft\n# [[witness]]\n# follows = \"driven\"\n# signal = \"V.A\"\n\n\
        # [link]\n# not sure\n# bit_rate = 500000\n\n# The end.\n";
    assert_eq!(draft.to_toml(), expected);
}
