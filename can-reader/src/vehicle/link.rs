//! How a car's bus wants its interface set up: the table `[link]`.

use serde::Deserialize;

/// ISO 11898-1 ends at 1 Mbit/s (CAN FD: in the arbitration phase). 10 kbit/s is the lowest of CiA 301.
const BIT_RATES: (u32, u32) = (10_000, 1_000_000);

/// The fastest transceivers (CAN SiC, CiA 601-4) carry 8 Mbit/s.
const MAX_DATA_BIT_RATE: u32 = 8_000_000;

const MAX_RESTART_MS: u32 = 60_000;

const DEFAULT_RESTART_MS: u32 = 100;

/// How to bring up the CAN interface to a car. `None`: not said here.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct LinkSettings {
    /// bit/s, 10,000 to 1,000,000.
    pub bit_rate: Option<u32>,
    /// bit/s of the data phase of CAN FD, from `bit_rate` to 8,000,000. 0: classical CAN.
    pub data_bit_rate: Option<u32>,
    /// How long the controller stays bus-off, ms, up to 60,000. 0: for ever.
    pub restart_ms: Option<u32>,
    /// Whether the controller transmits nothing at all, not even the acknowledgement of a frame.
    pub listen_only: Option<bool>,
}

impl LinkSettings {
    /// What is said here, and else what `weaker` says.
    #[must_use]
    pub fn or(self, weaker: Self) -> Self {
        Self {
            bit_rate: self.bit_rate.or(weaker.bit_rate),
            data_bit_rate: self.data_bit_rate.or(weaker.data_bit_rate),
            restart_ms: self.restart_ms.or(weaker.restart_ms),
            listen_only: self.listen_only.or(weaker.listen_only),
        }
    }

    /// What is wrong with a value, as a sentence.
    #[must_use]
    pub fn fault(&self) -> Option<String> {
        let (low, high) = BIT_RATES;
        if let Some(rate) = self.bit_rate.filter(|rate| !(low..=high).contains(rate)) {
            return Some(format!(
                "link.bit_rate = {rate}: it must be from {low} to {high}, in bit/s (500 kbit/s is 500000)"
            ));
        }
        let least = self.bit_rate.unwrap_or(low);
        let data_rate = self.data_bit_rate.filter(|rate| *rate != 0);
        if let Some(rate) = data_rate.filter(|rate| !(least..=MAX_DATA_BIT_RATE).contains(rate)) {
            return Some(format!(
                "link.data_bit_rate = {rate}: it must be from {least} to {MAX_DATA_BIT_RATE}, in bit/s, or 0 \
                 for classical CAN"
            ));
        }
        let restart_ms = self.restart_ms.filter(|ms| *ms > MAX_RESTART_MS);
        restart_ms.map(|ms| format!("link.restart_ms = {ms}: it must be from 0 to {MAX_RESTART_MS}"))
    }

    /// The words that follow `ip link set can0 type can`: every setting, so that none is left over from before.
    /// `None`: nobody has said the bit rate, and it is not guessed.
    #[must_use]
    pub fn arguments(&self) -> Option<String> {
        let bit_rate = self.bit_rate?;
        let data = match self.data_bit_rate {
            None | Some(0) => "fd off".to_owned(),
            Some(rate) => format!("dbitrate {rate} fd on"),
        };
        let restart_ms = self.restart_ms.unwrap_or(DEFAULT_RESTART_MS);
        // In a car that is not ours to disturb nothing is transmitted unless somebody has asked for it.
        let listen_only = if self.listen_only.unwrap_or(true) { "on" } else { "off" };
        Some(format!("bitrate {bit_rate} {data} restart-ms {restart_ms} listen-only {listen_only}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(text: &str) -> LinkSettings {
        toml::from_str(text).expect("a good table")
    }

    #[test]
    fn nothing_is_transmitted_unless_somebody_says_so() {
        assert_eq!(
            link("bit_rate = 500000").arguments().as_deref(),
            Some("bitrate 500000 fd off restart-ms 100 listen-only on")
        );
        assert_eq!(
            link("bit_rate = 250000\nrestart_ms = 0\nlisten_only = false").arguments().as_deref(),
            Some("bitrate 250000 fd off restart-ms 0 listen-only off")
        );
    }

    #[test]
    fn can_fd_needs_its_own_rate() {
        assert_eq!(
            link("bit_rate = 500000\ndata_bit_rate = 2000000").arguments().as_deref(),
            Some("bitrate 500000 dbitrate 2000000 fd on restart-ms 100 listen-only on")
        );
    }

    #[test]
    fn a_bit_rate_is_not_guessed() {
        assert_eq!(link("listen_only = true").arguments(), None);
    }

    #[test]
    fn the_stronger_wins_key_by_key() {
        let profile = link("bit_rate = 500000\ndata_bit_rate = 2000000\nlisten_only = false");
        let owner = link("bit_rate = 250000\ndata_bit_rate = 0");
        assert_eq!(
            owner.or(profile).arguments().as_deref(),
            Some("bitrate 250000 fd off restart-ms 100 listen-only off")
        );
    }

    #[test]
    fn values_out_of_range_are_named() {
        for (text, words) in [
            ("bit_rate = 500", "link.bit_rate = 500: it must be from 10000 to 1000000, in bit/s (500 kbit/s"),
            ("bit_rate = 2000000", "link.bit_rate"),
            ("bit_rate = 500000\ndata_bit_rate = 250000", "from 500000 to 8000000"),
            ("data_bit_rate = 9000000", "link.data_bit_rate"),
            ("restart_ms = 60001", "link.restart_ms"),
        ] {
            let fault = link(text).fault().expect("a fault");
            assert!(fault.contains(words), "{fault}");
        }
        assert_eq!(link("bit_rate = 1000000\nrestart_ms = 60000\ndata_bit_rate = 8000000").fault(), None);
    }

    #[test]
    fn keys_of_other_tools_are_refused() {
        let error = toml::from_str::<LinkSettings>("bitrate = 500000").expect_err("a foreign key");
        assert!(error.message().contains("bit_rate"), "{error}");
    }
}
