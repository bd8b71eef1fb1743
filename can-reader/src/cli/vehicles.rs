//! `can-reader vehicles`: the built-in vehicles, what is read from each, and how far it is proven.

use std::io::{self, BufWriter, Write};

use serde::Serialize;

use super::Error;
use crate::Vehicle;
use crate::estimator::WITNESS;
use crate::vehicle::ProvenBy;

/// Shows the built-in vehicles, and how far each is proven
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Only what has this text in its name or title, in any case: `--grep toyota`
    #[arg(long, value_name = "TEXT")]
    grep: Option<String>,
    /// For programs: one JSON object a line, a vehicle each
    #[arg(long, conflicts_with = "markdown")]
    json: bool,
    /// As docs/vehicles.md has them
    #[arg(long, conflicts_with = "grep")]
    markdown: bool,
}

/// What is told of a vehicle.
#[derive(Debug, Serialize)]
struct Row {
    name: String,
    title: String,
    /// `four wheels`.
    reads: &'static str,
    /// Speeds beside those.
    witnesses: usize,
    driven: Option<&'static str>,
    bit_rate: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    data_bit_rate: Option<u32>,
    proof: &'static str,
    says: String,
    #[serde(skip)]
    by: ProvenBy,
}

pub fn run(args: &Args) -> Result<(), Error> {
    let mut rows: Vec<Row> = Vehicle::builtin().into_iter().map(Row::read).collect::<Result<_, _>>()?;
    if let Some(pattern) = &args.grep {
        let wanted = pattern.to_lowercase();
        rows.retain(|row| format!("{} {}", row.name, row.title).to_lowercase().contains(&wanted));
        if rows.is_empty() {
            return Err(Error::NoVehicle { pattern: pattern.clone() });
        }
    }
    let mut out = BufWriter::new(io::stdout().lock());
    if args.json {
        for row in &rows {
            serde_json::to_writer(&mut out, row).map_err(io::Error::from)?;
            writeln!(out)?;
        }
    } else if args.markdown {
        write_markdown(&mut out, &rows)?;
    } else {
        write_table(&mut out, &rows)?;
    }
    Ok(out.flush()?)
}

impl Row {
    fn read(name: &str) -> Result<Self, Error> {
        let vehicle = Vehicle::find(name)?;
        let plan = vehicle.plan();
        let count = |places: std::ops::Range<usize>| places.filter(|place| plan.has(*place)).count();
        let (wheels, others) = (count(0..WITNESS), count(WITNESS..plan.sensors.len()));
        let (reads, witnesses) = match wheels {
            0 => ("one speed", others.saturating_sub(1)),
            1 => ("one wheel", others),
            2 => ("two wheels", others),
            3 => ("three wheels", others),
            _ => ("four wheels", others),
        };
        let link = vehicle.link();
        // Every built-in profile has one: a test holds it. What had none would be the least certain.
        let (by, says) =
            vehicle.proof().map_or((ProvenBy::Notes, String::new()), |proof| (proof.by, proof.says.clone()));
        Ok(Self {
            name: name.to_owned(),
            title: vehicle.title().to_owned(),
            reads,
            witnesses,
            driven: vehicle.driven().map(crate::estimator::Driven::as_str),
            bit_rate: link.bit_rate,
            data_bit_rate: link.data_bit_rate.filter(|rate| *rate != 0),
            proof: by.as_str(),
            says,
            by,
        })
    }

    fn reads(&self) -> String {
        let more = if self.witnesses > 0 { format!(" + {}", self.witnesses) } else { String::new() };
        format!("{}{more}", self.reads)
    }

    /// kbit/s, of CAN FD both.
    fn rate(&self) -> String {
        let kbit = |rate: u32| f64::from(rate) / 1000.0;
        match (self.bit_rate, self.data_bit_rate) {
            (Some(rate), Some(data)) => format!("{}/{}", kbit(rate), kbit(data)),
            (Some(rate), None) => kbit(rate).to_string(),
            (None, _) => "-".to_owned(),
        }
    }
}

const TITLES: [&str; 6] = ["NAME", "PROOF", "READS", "DRIVEN", "KBIT/S", "VEHICLE"];

fn write_table(out: &mut impl Write, rows: &[Row]) -> io::Result<()> {
    let cells: Vec<[String; 6]> = rows
        .iter()
        .map(|row| {
            let driven = row.driven.unwrap_or("-");
            [row.name.clone(), row.proof.into(), row.reads(), driven.into(), row.rate(), row.title.clone()]
        })
        .collect();
    let mut widths = TITLES.map(str::len);
    for row in &cells {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.chars().count().max(*width);
        }
    }
    for row in std::iter::once(&TITLES.map(str::to_owned)).chain(&cells) {
        let padded = row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}"));
        writeln!(out, "{}", padded.collect::<Vec<_>>().join("  ").trim_end())?;
    }
    let count = |by| rows.iter().filter(|row| row.by == by).count();
    writeln!(
        out,
        "\n{} vehicles: {} proven on a recording of a car, {} against a public DBC file, {} by public notes alone. \
         --json says of each what was seen.",
        rows.len(),
        count(ProvenBy::Recording),
        count(ProvenBy::Dbc),
        count(ProvenBy::Notes)
    )
}

const HEAD: &str = "# Vehicles

Built in, by name: `speed-service --vehicle NAME --can can0`. `can-reader vehicles` prints this list. Makes are named to say what
fits; Cardash has no connection with any of them. A car that is not here needs a profile of its own:
[adding-a-vehicle.md](adding-a-vehicle.md).

\"+ 1\" is another speed of the car, which the wheels are held against. Where \"driven\" is empty, models differ: copy the profile and say it
for yours. Bit rates are in kbit/s, of CAN FD those of both phases.
";

fn write_markdown(out: &mut impl Write, rows: &[Row]) -> io::Result<()> {
    out.write_all(HEAD.as_bytes())?;
    for (by, heading, words) in [
        (
            ProvenBy::Recording,
            "Proven on a recording",
            "A recording of a real car is read by the profile: no frame is refused, there is a speed nearly always, and it follows what else \
             the car says.",
        ),
        (
            ProvenBy::Dbc,
            "Proven against a public DBC file",
            "Frames that a public DBC file and its checksums make are read as what they say, each wheel at its place, and a damaged one \
             is refused. No car was there: look at the dash at two speeds before you trust it.",
        ),
        (
            ProvenBy::Notes,
            "By public notes only",
            "Nothing was there to hold it against. Hold it against the dash at two speeds.",
        ),
    ] {
        writeln!(out, "\n## {heading}\n\n{words}\n")?;
        writeln!(
            out,
            "| name | vehicle | reads | driven | kbit/s | what was seen |\n|---|---|---|---|---|---|"
        )?;
        for row in rows.iter().filter(|row| row.by == by) {
            let driven = row.driven.unwrap_or_default();
            writeln!(
                out,
                "| `{}` | {} | {} | {driven} | {} | {} |",
                row.name,
                row.title,
                row.reads(),
                row.rate(),
                row.says
            )?;
        }
    }
    Ok(())
}
