//! Dates in the heads of logs. Most tools write the time of the place without saying which; it is taken as UTC, since nothing but the
//! clock on the wall depends on it.

use super::words::{decimal, scaled};

/// Names of the months, by their first three letters, as tools in English and in German write them.
const MONTHS: [&[&str]; 12] = [
    &["jan"],
    &["feb"],
    &["mar", "mär", "mrz"],
    &["apr"],
    &["may", "mai"],
    &["jun"],
    &["jul"],
    &["aug"],
    &["sep"],
    &["oct", "okt"],
    &["nov"],
    &["dec", "dez"],
];

/// Microseconds since 1970 of a day and a time of day; `None` before 1970, after 9999, or where there is no such day.
pub(super) fn micros(year: u64, month: u64, day: u64, of_day_us: u64) -> Option<u64> {
    if !(1970..=9999).contains(&year) || !(1..=12).contains(&month) || of_day_us >= 86_400_000_000 {
        return None;
    }
    let by = |number: u64| year.is_multiple_of(number);
    let is_leap = by(4) && (!by(100) || by(400));
    let lengths = [31, if is_leap { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let index = usize::try_from(month - 1).ok()?;
    if day == 0 || day > *lengths.get(index)? {
        return None;
    }
    let leaps = |year: u64| year / 4 - year / 100 + year / 400;
    let days =
        (year - 1970) * 365 + leaps(year - 1) - leaps(1969) + lengths[..index].iter().sum::<u64>() + day - 1;
    Some(days * 86_400_000_000 + of_day_us)
}

/// `15:06:13.191` in microseconds, with what follows it: `am`, `pm` or neither.
fn time_of_day(word: &[u8], half: Option<bool>) -> Option<u64> {
    let mut parts = word.split(|&byte| byte == b':');
    let (hours, minutes) = (decimal(parts.next()?)?, decimal(parts.next()?)?);
    let us = parts.next().map_or(Some(0), |seconds| scaled(seconds, 6))?;
    let hours = match half {
        None => hours,
        Some(_) if !(1..=12).contains(&hours) => return None,
        Some(is_afternoon) => hours % 12 + if is_afternoon { 12 } else { 0 },
    };
    (parts.next().is_none() && hours < 24 && minutes < 60 && us < 60_000_000)
        .then_some((hours * 60 + minutes) * 60_000_000 + us)
}

/// `Sat Sep 30 15:06:13.191 2017`, with `am` or `pm` before the year, as Vector's tools and python-can write it.
pub(super) fn of_vector(text: &[u8]) -> Option<u64> {
    let text = text.to_ascii_lowercase();
    let words: Vec<&[u8]> = super::words::words(&text).collect();
    let (rest, month) = match words.as_slice() {
        // The name of the day of the week is not needed.
        [_, month, rest @ ..] => (rest, *month),
        _ => return None,
    };
    let [day, time, rest @ ..] = rest else { return None };
    let (half, year) = match rest {
        [year] => (None, *year),
        [half, year] => (Some(*half), *year),
        _ => return None,
    };
    let half = match half {
        None => None,
        Some(b"am") => Some(false),
        Some(b"pm") => Some(true),
        Some(_) => return None,
    };
    let month = String::from_utf8_lossy(month);
    let number = MONTHS.iter().position(|names| names.iter().any(|name| month.starts_with(name)))?;
    let month = u64::try_from(number).ok()? + 1;
    micros(decimal(year)?, month, decimal(day)?, time_of_day(time, half)?)
}

/// `2023-01-19 15:05:39.212264`, as `candump -tA` writes it.
pub(super) fn of_iso(text: &[u8]) -> Option<u64> {
    let mut words = super::words::words(text);
    let (date, time) = (words.next()?, words.next()?);
    let mut parts = date.split(|&byte| byte == b'-').map(decimal);
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    if parts.next().is_some() || words.next().is_some() {
        return None;
    }
    micros(year, month, day, time_of_day(time, None)?)
}

/// Days since 1899-12-30 with a fraction, as PEAK's `$STARTTIME` counts them.
pub(super) fn of_days(word: &[u8]) -> Option<u64> {
    // 25569 days to 1970; a fraction of ten digits is 8.64 us.
    let ten = scaled(word, 10)?;
    let since = ten.checked_sub(25_569 * 10_000_000_000)?;
    u64::try_from(u128::from(since) * 86_400_000_000 / 10_000_000_000).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_those_of_the_calendar() {
        // Against `date --utc --date=... +%s`.
        for (text, seconds) in [
            ("Thu Jan 1 00:00:00 1970", 0.0),
            ("Sat Sep 30 15:06:13.191 2017", 1_506_783_973.191),
            ("Mon Feb 29 12:00:00.000 am 2016", 1_456_704_000.0),
            ("Thu Dec 17 03:24:43.123 pm 2020", 1_608_218_683.123),
            ("Don Mär 31 23:59:59.999 2022", 1_648_771_199.999),
            ("Mi Okt 18 07:00:00 2000", 971_852_400.0),
        ] {
            let us = of_vector(text.as_bytes()).map(|us| us as f64 / 1e6);
            assert_eq!(us, Some(seconds), "{text}");
        }
        for text in [
            "",
            "Sat Sep 31 15:06:13 2017",
            "Sat Foo 30 15:06:13 2017",
            "Sat Sep 30 25:06:13 2017",
            "Sat Sep 30",
        ] {
            assert_eq!(of_vector(text.as_bytes()), None, "{text}");
        }
        assert_eq!(of_iso(b"2023-01-19 15:05:39.212264"), Some(1_674_140_739_212_264));
        assert_eq!(of_iso(b"2023-02-29 15:05:39"), None);
        assert_eq!(of_days(b"25569.5"), Some(43_200_000_000));
        assert_eq!(of_days(b"43008.6293194444"), Some(1_506_783_973_199_996));
        assert_eq!(of_days(b"1.0"), None);
    }
}
