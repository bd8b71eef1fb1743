//! A profile that is being made: what it says, why each line says it, and what else it could say; and its text.

use std::fmt::Write as _;

use toml::{Table, Value};

use crate::wheels::Wheel;

/// A profile with reasons. What has a value is in force; everything else is in its text behind a `#`.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// Comment at the top.
    pub head: Vec<String>,
    /// In the order of the text; the first has no header and holds the keys of the whole profile.
    sections: Vec<Section>,
    /// Comment at the end.
    pub tail: Vec<String>,
}

/// A table of the profile.
#[derive(Clone, Debug)]
struct Section {
    name: Name,
    why: Vec<String>,
    lines: Vec<Line>,
    /// Behind a `#` as a whole.
    is_open: bool,
}

/// What a table is called.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Name {
    Top,
    /// `[wheels]`, `[messages.NAME]`
    Table(Vec<String>),
    /// `[[witness]]`
    Item(String),
}

/// A key.
#[derive(Clone, Debug)]
struct Line {
    /// Its parts, `Row1.Left`.
    key: String,
    choices: Vec<Choice>,
}

/// What a key says or could say.
#[derive(Clone, Debug)]
struct Choice {
    value: Value,
    why: Vec<String>,
    is_open: bool,
}

/// A speed of the profile. Units, ranges and defaults are those of a profile's keys (`docs/adding-a-vehicle.md`).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Speed {
    /// `MESSAGE.SIGNAL`
    pub signal: String,
    /// `km/h`, `mph`, `m/s`, `rpm` or `rad/s`; `None`: the DBC says it.
    pub unit: Option<String>,
    /// Metres of one turn.
    pub circumference_m: Option<f64>,
    /// The value is that of the DBC times this.
    pub scale: Option<f64>,
    /// Least and greatest value in its unit, after `scale`.
    pub range: Option<(f64, f64)>,
    /// Raw values that mean "not available".
    pub invalid: Vec<i64>,
    /// The flag that says that it is valid.
    pub valid: Option<Flag>,
    /// The flag that says that it is not.
    pub fault: Option<Flag>,
    /// How far it may be off, percent.
    pub tolerance_percent: Option<f64>,
    /// Of a witness: `driven`, `body` or `unknown`.
    pub follows: Option<String>,
}

/// A validity flag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flag {
    /// `MESSAGE.SIGNAL`
    pub signal: String,
    /// The raw values with which it is set; none: all but 0.
    pub is: Vec<i64>,
}

impl Speed {
    /// A signal of which the DBC says all.
    #[must_use]
    pub fn of(signal: impl Into<String>) -> Self {
        Self { signal: signal.into(), ..Self::default() }
    }

    /// As the profile has it: the path alone, or a table.
    fn value(&self) -> Value {
        let table = self.table();
        if table.len() == 1 { Value::String(self.signal.clone()) } else { Value::Table(table) }
    }

    fn table(&self) -> Table {
        let Self { signal, unit, circumference_m, scale, range, invalid, .. } = self;
        let Self { valid, fault, tolerance_percent, follows, .. } = self;
        let text = |text: &String| Value::String(text.clone());
        let keys = [
            ("signal", Some(text(signal))),
            ("unit", unit.as_ref().map(text)),
            ("circumference_m", circumference_m.map(Value::Float)),
            ("scale", scale.map(Value::Float)),
            ("range", range.map(|(least, most)| Value::Array(vec![least.into(), most.into()]))),
            ("invalid", (!invalid.is_empty()).then(|| integers(invalid))),
            ("valid", valid.as_ref().map(Flag::value)),
            ("fault", fault.as_ref().map(Flag::value)),
            ("tolerance_percent", tolerance_percent.map(Value::Float)),
            ("follows", follows.as_ref().map(text)),
        ];
        keys.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))).collect()
    }
}

impl Flag {
    fn value(&self) -> Value {
        let signal = Value::String(self.signal.clone());
        if self.is.is_empty() {
            return signal;
        }
        let keys = [("signal".to_owned(), signal), ("is".to_owned(), integers(&self.is))];
        Value::Table(keys.into_iter().collect())
    }
}

fn integers(values: &[i64]) -> Value {
    Value::Array(values.iter().map(|value| Value::Integer(*value)).collect())
}

/// One of the reasons for a line.
pub type Why = Vec<String>;

impl Draft {
    /// A profile with this title and this DBC beside it.
    #[must_use]
    pub fn new(title: &str, dbc: &str) -> Self {
        let mut draft = Self::default();
        draft.set("title", title, []);
        draft.set("dbc", dbc, []);
        draft
    }

    /// Says a key of the whole profile, such as `driven`.
    pub fn set(&mut self, key: &str, value: impl Into<Value>, why: impl IntoIterator<Item = String>) {
        self.choose(Name::Top, key, value.into(), why, false);
    }

    /// A key of the whole profile that is behind a `#`.
    pub fn leave_open(&mut self, key: &str, value: impl Into<Value>, why: impl IntoIterator<Item = String>) {
        self.choose(Name::Top, key, value.into(), why, true);
    }

    /// Says which signal a wheel is; with `is_open` which it could be as well.
    pub fn wheel(&mut self, wheel: Wheel, speed: &Speed, why: Why, is_open: bool) {
        let name = Name::Table(vec!["wheels".to_owned()]);
        self.choose(name, wheel.position(), speed.value(), why, is_open);
    }

    /// The one speed of a vehicle without wheels; with `is_open` another that it could be.
    pub fn vehicle_speed(&mut self, speed: &Speed, why: Why, is_open: bool) {
        self.choose(Name::Top, "vehicle_speed", speed.value(), why, is_open);
    }

    /// A further speed of the vehicle; with `is_open` behind a `#`.
    pub fn witness(&mut self, speed: &Speed, why: Why, is_open: bool) {
        let keys = speed.table().into_iter();
        let choice = |value| Choice { value, why: Vec::new(), is_open: false };
        let lines = keys.map(|(key, value)| Line { key, choices: vec![choice(value)] }).collect();
        self.sections.push(Section { name: Name::Item("witness".to_owned()), why, lines, is_open });
    }

    /// Says a key of `[messages.MESSAGE]`, `[integrity.MESSAGE]` and the like.
    pub fn of_message(
        &mut self,
        table: &str,
        message: &str,
        key: &str,
        value: Value,
        why: Why,
        is_open: bool,
    ) {
        self.choose(Name::Table(vec![table.to_owned(), message.to_owned()]), key, value, why, is_open);
    }

    /// Says a key of a table such as `[link]`.
    pub fn of_table(&mut self, table: &str, key: &str, value: Value, why: Why, is_open: bool) {
        self.choose(Name::Table(vec![table.to_owned()]), key, value, why, is_open);
    }

    fn choose(
        &mut self,
        name: Name,
        key: &str,
        value: Value,
        why: impl IntoIterator<Item = String>,
        is_open: bool,
    ) {
        let known = self.sections.iter().position(|section| section.name == name);
        let section = known.unwrap_or_else(|| {
            self.sections.push(Section { name, why: Vec::new(), lines: Vec::new(), is_open: false });
            self.sections.len() - 1
        });
        let lines = &mut self.sections[section].lines;
        let known = lines.iter().position(|line| line.key == key);
        let line = known.unwrap_or_else(|| {
            lines.push(Line { key: key.to_owned(), choices: Vec::new() });
            lines.len() - 1
        });
        let choices = &mut lines[line].choices;
        // A key is said once: the first word counts.
        let is_open = is_open || choices.iter().any(|choice| !choice.is_open);
        choices.push(Choice { value, why: why.into_iter().collect(), is_open });
    }

    /// The text of the profile, with what is in force, the reasons, and the rest behind `#`.
    #[must_use]
    pub fn to_toml(&self) -> String {
        let mut text = String::new();
        remarks(&self.head, &mut text);
        let tops = self.sections.iter().filter(|section| section.name == Name::Top);
        for section in tops.chain(self.sections.iter().filter(|section| section.name != Name::Top)) {
            section.write(&mut text);
        }
        if !self.tail.is_empty() {
            text.push('\n');
            remarks(&self.tail, &mut text);
        }
        text
    }
}

impl Section {
    fn write(&self, text: &mut String) {
        if !text.is_empty() {
            text.push('\n');
        }
        remarks(&self.why, text);
        // A header with nothing in force below it would be a table of its own.
        let is_open = self.is_open || self.lines.iter().all(|line| line.choices.iter().all(|c| c.is_open));
        let header = match &self.name {
            Name::Top => None,
            Name::Table(parts) => {
                let parts: Vec<_> = parts.iter().map(|part| bare(part)).collect();
                Some(format!("[{}]", parts.join(".")))
            }
            Name::Item(name) => Some(format!("[[{}]]", bare(name))),
        };
        if let Some(header) = header {
            let _ = writeln!(text, "{}{header}", if is_open { "# " } else { "" });
        }
        for line in &self.lines {
            for Choice { value, why, is_open: is_other } in &line.choices {
                remarks(why, text);
                let mark = if self.is_open || *is_other { "# " } else { "" };
                let _ = writeln!(text, "{mark}{} = {}", line.key, inline(value));
            }
        }
    }
}

fn remarks(lines: &[String], text: &mut String) {
    for line in lines.iter().flat_map(|line| line.split('\n')) {
        // TOML forbids control characters in comments too.
        let line: String = line.chars().map(|char| if char.is_control() { ' ' } else { char }).collect();
        let _ = writeln!(text, "{}", format!("# {line}").trim_end());
    }
}

/// A value on one line.
fn inline(value: &Value) -> String {
    match value {
        Value::Table(table) => {
            let keys: Vec<_> =
                ordered(table).map(|(key, value)| format!("{} = {}", bare(key), inline(value))).collect();
            format!("{{ {} }}", keys.join(", "))
        }
        Value::Array(values) => {
            let values: Vec<_> = values.iter().map(inline).collect();
            format!("[{}]", values.join(", "))
        }
        Value::String(text) => quoted(text),
        other => other.to_string(),
    }
}

/// What a table is about comes first.
fn ordered(table: &Table) -> impl Iterator<Item = (&String, &Value)> {
    let is_first = |key: &&str| matches!(*key, "signal" | "kind");
    let first = table.iter().filter(move |(key, _)| is_first(&key.as_str()));
    first.chain(table.iter().filter(move |(key, _)| !is_first(&key.as_str())))
}

fn bare(key: &str) -> String {
    let is_bare = !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c));
    if is_bare { key.to_owned() } else { quoted(key) }
}

/// A basic string of TOML.
fn quoted(text: &str) -> String {
    let mut out = String::from('"');
    for char in text.chars() {
        match char {
            '"' | '\\' => out.extend(['\\', char]),
            char if char.is_control() => {
                let _ = write!(out, "\\u{:04X}", u32::from(char));
            }
            char => out.push(char),
        }
    }
    out + "\""
}

#[cfg(test)]
mod tests;
