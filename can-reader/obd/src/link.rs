//! How the interface is set up: whether it may be written to at all.

use std::path::Path;
use std::process::Command;

use serde::Deserialize;

/// What a link is, to somebody who wants to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// There is none, or it is down.
    Down,
    /// Up, and in listen-only mode.
    ListenOnly,
    /// Up, and what nobody acknowledges is sent again and again, or nobody knows: a sleeping bus would be flooded.
    Repeats,
    /// Up, and its controller has left the bus after too many errors. It comes back when it is set up anew.
    BusOff,
    /// Up, and a request goes out once.
    Ready,
}

/// Why it is not known.
#[derive(Debug, thiserror::Error)]
#[error("`ip -details link show dev {interface}`: {words}")]
pub struct Unknown {
    interface: String,
    words: String,
}

impl Link {
    /// Asks the kernel, through `ip` of iproute2.
    ///
    /// # Errors
    /// `ip` is not there, or what it says cannot be understood.
    pub fn of(interface: &str) -> Result<Self, Unknown> {
        if !Path::new("/sys/class/net").join(interface).exists() {
            return Ok(Self::Down);
        }
        let unknown = |words: String| Unknown { interface: interface.to_owned(), words };
        let output = Command::new("ip")
            .args(["-details", "-json", "link", "show", "dev", interface])
            // Debian keeps it where an ordinary user's PATH does not lead.
            .env("PATH", "/usr/sbin:/sbin:/usr/bin:/bin")
            .env("LC_ALL", "C")
            .output()
            .map_err(|error| unknown(format!("{error}; is the package iproute2 installed?")))?;
        if !output.status.success() {
            // It may have gone meanwhile.
            return Ok(Self::Down);
        }
        Self::parse(&String::from_utf8_lossy(&output.stdout)).map_err(|error| unknown(error.to_string()))
    }

    fn parse(json: &str) -> serde_json::Result<Self> {
        let [shown]: [Shown; 1] = serde_json::from_str(json)?;
        let has = |mode: &str| shown.linkinfo.info_data.ctrlmode.iter().any(|on| on == mode);
        if !shown.flags.iter().any(|flag| flag == "UP") {
            return Ok(Self::Down);
        }
        let is_bus_off = shown.linkinfo.info_data.state.as_deref() == Some("BUS-OFF");
        Ok(match shown.linkinfo.info_kind.as_str() {
            // A virtual interface has no controller that could listen only, or repeat.
            "vcan" | "vxcan" => Self::Ready,
            "can" if has("LISTEN-ONLY") => Self::ListenOnly,
            "can" if has("ONE-SHOT") && is_bus_off => Self::BusOff,
            "can" if has("ONE-SHOT") => Self::Ready,
            // Of any other kind, such as a serial adapter's before Linux 6.0, the mode is not known.
            _ => Self::Repeats,
        })
    }
}

#[derive(Deserialize)]
struct Shown {
    #[serde(default)]
    flags: Vec<String>,
    #[serde(default)]
    linkinfo: LinkInfo,
}

#[derive(Default, Deserialize)]
struct LinkInfo {
    #[serde(default)]
    info_kind: String,
    #[serde(default)]
    info_data: InfoData,
}

#[derive(Default, Deserialize)]
struct InfoData {
    #[serde(default)]
    ctrlmode: Vec<String>,
    state: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_link_that_sends_once_is_ready() {
        let link = |flags: &str, kind: &str, modes: &str| {
            let json = format!(
                r#"[{{"flags":[{flags}],"linkinfo":{{"info_kind":"{kind}","info_data":{{"ctrlmode":[{modes}]}}}}}}]"#
            );
            Link::parse(&json).expect("as ip prints it")
        };
        assert_eq!(link(r#""UP""#, "can", r#""ONE-SHOT""#), Link::Ready);
        assert_eq!(link(r#""UP""#, "can", ""), Link::Repeats);
        assert_eq!(link(r#""UP""#, "can", r#""LISTEN-ONLY","ONE-SHOT""#), Link::ListenOnly);
        assert_eq!(link(r#""NOARP""#, "can", r#""ONE-SHOT""#), Link::Down);
        for (kind, expected) in
            [("vcan", Link::Ready), ("vxcan", Link::Ready), ("slcan", Link::Repeats), ("", Link::Repeats)]
        {
            assert_eq!(link(r#""UP""#, kind, ""), expected, "{kind:?}");
        }
        let bus_off = r#"[{"flags":["NO-CARRIER","UP"],"linkinfo":{"info_kind":"can","info_data":{"ctrlmode":["ONE-SHOT"],"state":"BUS-OFF"}}}]"#;
        assert_eq!(Link::parse(bus_off).expect("as ip prints it"), Link::BusOff);
        assert_eq!(Link::parse(&bus_off.replace("BUS-OFF", "ERROR-PASSIVE")).expect("the same"), Link::Ready);
        assert!(Link::parse("[]").is_err());
    }

    #[test]
    fn what_is_not_there_is_down() {
        assert_eq!(Link::of("no-such-can").expect("no error"), Link::Down);
    }
}
