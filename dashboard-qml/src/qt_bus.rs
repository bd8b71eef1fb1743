//! Keeps Qt itself away from the session bus.

use crate::arguments::Bus;
use crate::config::Config;

/// Where no bus is.
const NOWHERE: &str = "unix:path=/nonexistent/bus";

/// Qt asks the session bus for a screen reader as soon as something accessible is drawn (the at-spi bridge), on X11
/// and on Wayland, in the thread that draws: a bus that does not answer would keep the window away for ever. The
/// worker knows the bus's address by then; Qt is told of none.
pub(crate) fn hide_from_qt(config: &mut Config) {
    if config.bus == Bus::Session
        && let Ok(address) = zbus::Address::session()
    {
        config.bus = Bus::Address(address.to_string());
    }
    #[allow(unsafe_code)]
    // SAFETY: nothing reads the environment at the same time: `main` calls this before it starts any thread.
    unsafe {
        std::env::set_var("DBUS_SESSION_BUS_ADDRESS", NOWHERE);
        std::env::remove_var("AT_SPI_BUS_ADDRESS");
    }
}
