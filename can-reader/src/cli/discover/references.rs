//! What a receiver recorded of the drive.

use std::fs;
use std::path::Path;

use crate::cli::Error;

fn number(text: &str) -> Option<f64> {
    text.trim().parse().ok().filter(|value: &f64| value.is_finite())
}

/// Seconds after the first frame, and km/h: the lines of a receiver's file. `start`: the first frame's time stamp, seconds.
pub(in crate::cli) fn gps(path: &Path, start: f64) -> Result<Vec<(f64, f64)>, Error> {
    let fault = |line: usize, why: &str| Error::Reference {
        name: path.display().to_string(),
        why: format!(
            "line {line}: {why}; lines are `seconds,km/h` on the clock of the log, and `#` starts a comment"
        ),
    };
    let text = fs::read_to_string(path)
        .map_err(|error| Error::Reference { name: path.display().to_string(), why: error.to_string() })?;
    let mut points = Vec::new();
    for (n, line) in text.lines().enumerate() {
        let line = line.split('#').next().unwrap_or_default().trim();
        if line.is_empty() {
            continue;
        }
        let mut fields = line.split([',', ';', '\t']).map(number);
        match (fields.next().flatten(), fields.next().flatten()) {
            (Some(at), Some(kmh)) => points.push((at - start, kmh)),
            // The names of the columns.
            _ if points.is_empty() && !line.starts_with(|c: char| c.is_ascii_digit()) => {}
            _ => return Err(fault(n + 1, "is no time and speed")),
        }
    }
    if points.is_empty() {
        return Err(fault(text.lines().count(), "there is no time and speed in the whole file"));
    }
    points.sort_by(|a, b| a.0.total_cmp(&b.0));
    Ok(points)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receivers_file_is_on_the_clock_of_the_log() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("gps.csv");
        let read = |text: &str| {
            fs::write(&path, text).unwrap();
            gps(&path, 100.0).map_err(|error| error.to_string())
        };
        assert_eq!(
            read("# by a phone\ntime,speed\n101.5,36\n100.5,35.5 # late\n").unwrap(),
            [(0.5, 35.5), (1.5, 36.0)]
        );
        assert!(read("101,36\nx,3\n").unwrap_err().contains("gps.csv: line 2: is no time and speed"));
        assert!(read("# nothing\n").unwrap_err().contains("in the whole file"));
    }
}
