//! A change of the odometer, in words.

use std::fmt;

use super::record::Change;

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { unix_s, from_m, to_m, uid } = self;
        let [year, month, day, hour, minute, second] = date(*unix_s);
        write!(
            f,
            "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z: from {from_m} m to {to_m} m by user {uid}"
        )
    }
}

/// Year, month, day, hour, minute, second of UTC. Years begin in March here, so that the odd day is their last.
fn date(unix_s: u64) -> [u64; 6] {
    const DAY: u64 = 86_400;
    // Days from 0000-03-01 to 1970-01-01, and those of 400, 100 and 4 years and of one.
    const TO_1970: u64 = 719_468;
    const OF_400: u64 = 146_097;
    const OF_100: u64 = 36_524;
    const OF_4: u64 = 1461;
    const OF_1: u64 = 365;
    let days = unix_s / DAY + TO_1970;
    let (ages, mut rest) = (days / OF_400, days % OF_400);
    let centuries = (rest / OF_100).min(3);
    rest -= centuries * OF_100;
    let (fours, mut rest) = (rest / OF_4, rest % OF_4);
    let ones = (rest / OF_1).min(3);
    rest -= ones * OF_1;
    // Months from March on are 31 30 31 30 31, twice, and then 31 and the rest.
    let month = (5 * rest + 2) / 153;
    let day = rest - (153 * month + 2) / 5 + 1;
    let (year, month) = if month < 10 { (0, month + 3) } else { (1, month - 9) };
    let year = year + 400 * ages + 100 * centuries + 4 * fours + ones;
    let second = unix_s % DAY;
    [year, month, day, second / 3600, second / 60 % 60, second % 60]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_those_of_the_calendar() {
        // `date --utc --date=@SECONDS`
        for (unix_s, words) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_399, "2000-02-28T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (951_868_800, "2000-03-01T00:00:00Z"),
            (1_709_210_096, "2024-02-29T12:34:56Z"),
            (1_798_675_199, "2026-12-30T23:59:59Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
        ] {
            let change = Change { unix_s, from_m: 1, to_m: 2, uid: 0 };
            assert_eq!(change.to_string(), format!("{words}: from 1 m to 2 m by user 0"));
        }
    }
}
