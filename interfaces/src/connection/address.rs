//! Where the buses are.

use zbus::{Address, Error, Result};

/// The address, or several with `;` between, of the session bus: `DBUS_SESSION_BUS_ADDRESS`, else `bus` in
/// `XDG_RUNTIME_DIR`.
///
/// # Errors
/// Where neither tells.
pub fn session_address() -> Result<String> {
    match std::env::var("DBUS_SESSION_BUS_ADDRESS") {
        Ok(addresses) => Ok(addresses),
        Err(_) => Address::session().map(|address| address.to_string()),
    }
}

/// The address, or several with `;` between, of the system bus: `DBUS_SYSTEM_BUS_ADDRESS`, else the usual socket.
///
/// # Errors
/// Never on Linux.
pub fn system_address() -> Result<String> {
    match std::env::var("DBUS_SYSTEM_BUS_ADDRESS") {
        Ok(addresses) => Ok(addresses),
        Err(_) => Address::system().map(|address| address.to_string()),
    }
}

/// The addresses in a list of them, in order.
pub(super) fn parse(addresses: &str) -> Result<Vec<Address>> {
    // A lone empty one is malformed; a `;` at the end is not.
    let listed = addresses.split(';').filter(|address| !address.is_empty() || addresses.is_empty());
    listed.map(str::parse).collect()
}

/// The bytes of a value in an address, where `%20` stands for a blank (D-Bus specification, "Server Addresses").
pub(super) fn unescape(value: &[u8]) -> Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.iter();
    while let Some(byte) = rest.next() {
        let byte = if *byte == b'%' {
            let mut digit = || rest.next().and_then(|digit| char::from(*digit).to_digit(16));
            let (high, low) = (digit(), digit());
            let both = high.zip(low).and_then(|(high, low)| u8::try_from(high * 16 + low).ok());
            both.ok_or_else(|| Error::Address("a % without two hexadecimal digits after it".to_owned()))?
        } else {
            *byte
        };
        bytes.push(byte);
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_kept_in_order() {
        let several =
            parse("unix:path=/run/a;unix:abstract=b,guid=00112233445566778899aabbccddeeff;").unwrap();
        let shown: Vec<_> = several.iter().map(ToString::to_string).collect();
        let second = "unix:abstract=b,guid=00112233445566778899aabbccddeeff";
        assert_eq!(shown, ["unix:path=/run/a", second]);
    }

    #[test]
    fn what_is_malformed_is_an_error() {
        for addresses in ["", "nonsense", "unix:path=/run/a;nonsense", "unix:"] {
            assert!(parse(addresses).is_err(), "{addresses}");
        }
    }

    #[test]
    fn percent_signs_are_read() {
        assert_eq!(unescape(b"/tmp/a%20b%2fc").unwrap(), b"/tmp/a b/c");
        for wrong in ["%", "%4", "%4x", "a%"] {
            assert!(unescape(wrong.as_bytes()).is_err(), "{wrong}");
        }
    }
}
