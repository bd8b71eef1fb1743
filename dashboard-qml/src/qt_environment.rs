//! What Qt reads from the environment.

use crate::arguments::Bus;
use crate::config::Config;

/// Where no bus is.
const NOWHERE: &str = "unix:path=/nonexistent/bus";
/// Calls of a QML function before Qt compiles it for this processor. Qt's own number is 3, with which most of what the
/// first frame calls would be compiled before it is drawn; what runs at each frame gets there within seconds.
/// Source: "Configuring the JavaScript Engine" of Qt's documentation.
const CALLS_BEFORE_COMPILING: (&str, &str) = ("QV4_JIT_CALL_THRESHOLD", "100");

/// Draws a picture where there is no display, and asks no GPU for it.
const WITHOUT_DISPLAY: [(&str, &str); 2] =
    [("QT_QPA_PLATFORM", "offscreen"), ("QT_QUICK_BACKEND", "software")];

/// Sets the environment for Qt; to be called before it starts, and before any thread. `offscreen`: there is no display.
pub(crate) fn set(config: &mut Config, offscreen: bool) {
    remember_bus(config);
    #[allow(unsafe_code)]
    // SAFETY: nothing reads the environment at the same time: `main` calls this before it starts any thread.
    unsafe {
        hide_bus();
        if std::env::var_os(CALLS_BEFORE_COMPILING.0).is_none() {
            std::env::set_var(CALLS_BEFORE_COMPILING.0, CALLS_BEFORE_COMPILING.1);
        }
        for (name, value) in WITHOUT_DISPLAY.into_iter().filter(|_| offscreen) {
            std::env::set_var(name, value);
        }
    }
}

fn remember_bus(config: &mut Config) {
    if config.bus == Bus::Session
        && let Ok(addresses) = interfaces::connection::session_address()
    {
        config.bus = Bus::Address(addresses);
    }
}

/// Qt asks the session bus for a screen reader as soon as something accessible is drawn (the at-spi bridge), on X11
/// and on Wayland, in the thread that draws: a bus that does not answer would keep the window away for ever. The
/// worker knows the bus's address by then; Qt is told of none.
///
/// # Safety
/// No other thread may run.
#[allow(unsafe_code)]
unsafe fn hide_bus() {
    // SAFETY: as the caller's.
    unsafe {
        std::env::set_var("DBUS_SESSION_BUS_ADDRESS", NOWHERE);
        std::env::remove_var("AT_SPI_BUS_ADDRESS");
    }
}
