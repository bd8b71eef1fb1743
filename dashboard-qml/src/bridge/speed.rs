//! `Speed`: what the worker says, as properties.

use std::pin::Pin;

use cxx_qt::{CxxQtThread, CxxQtType, Threading};
use cxx_qt_lib::QString;

use crate::link::Sink;
use crate::mailbox::Mailbox;
use crate::reading::{NO_ANSWER, Reading, STARTING};
use crate::worker::Worker;

#[cxx_qt::bridge]
mod ffi {
    unsafe extern "C++" {
        include!("cxx-qt-lib/qstring.h");
        type QString = cxx_qt_lib::QString;
    }

    #[auto_cxx_name]
    extern "RustQt" {
        /// `speedKmh` is what to show, NaN unless `valid`; `state` is a word of the contract or of the display, `reason`
        /// one of the contract or empty.
        #[qobject]
        #[qml_element]
        #[qproperty(f64, speed_kmh, READ, NOTIFY)]
        #[qproperty(bool, valid, READ, NOTIFY)]
        #[qproperty(QString, state, READ, NOTIFY)]
        #[qproperty(QString, reason, READ, NOTIFY)]
        #[qproperty(bool, service_available, READ, NOTIFY)]
        #[qproperty(QString, details, READ, NOTIFY)]
        type Speed = super::SpeedRust;

        /// Says whether `details` (lines of name, tab, value) are wanted.
        #[qinvokable]
        fn set_detailed(self: &Speed, detailed: bool);

        /// Starts the worker, unless it runs.
        #[qinvokable]
        fn start(self: Pin<&mut Speed>);
    }

    impl cxx_qt::Threading for Speed {}
}

/// Fields behind the properties.
pub struct SpeedRust {
    speed_kmh: f64,
    valid: bool,
    state: QString,
    reason: QString,
    service_available: bool,
    details: QString,
    worker: Option<Worker>,
}

impl Default for SpeedRust {
    fn default() -> Self {
        Self {
            speed_kmh: f64::NAN,
            valid: false,
            state: STARTING.into(),
            reason: QString::default(),
            service_available: false,
            details: QString::default(),
            worker: None,
        }
    }
}

impl ffi::Speed {
    fn start(mut self: Pin<&mut Self>) {
        if self.rust().worker.is_some() {
            return;
        }
        let window = Window { thread: self.qt_thread(), mailbox: Mailbox::new() };
        match Worker::start(super::config(), window) {
            Ok(worker) => self.as_mut().rust_mut().worker = Some(worker),
            Err(error) => {
                eprintln!("dashboard-qml: no speed: the system gives no thread: {error}");
                self.show(Reading::without_speed(NO_ANSWER));
            }
        }
    }
}

impl ffi::Speed {
    fn set_detailed(&self, detailed: bool) {
        if let Some(worker) = &self.rust().worker {
            worker.set_detailed(detailed);
        }
    }

    /// Sets every field before the first signal, so that no binding sees a half of each reading.
    fn show(mut self: Pin<&mut Self>, reading: Reading) {
        let mut new = SpeedRust {
            speed_kmh: reading.speed_kmh.unwrap_or(f64::NAN),
            valid: reading.speed_kmh.is_some(),
            state: reading.state.into(),
            reason: reading.reason.into(),
            service_available: reading.service_available(),
            details: (&reading.details).into(),
            worker: None,
        };
        {
            let mut fields = self.as_mut().rust_mut();
            new.worker = fields.worker.take();
            std::mem::swap(&mut *fields, &mut new);
        }
        let (old, now) = (new, self.rust());
        // Bits, because NaN differs from itself.
        let speed_differs = old.speed_kmh.to_bits() != now.speed_kmh.to_bits();
        let (valid_differs, state_differs) = (old.valid != now.valid, old.state != now.state);
        let reason_differs = old.reason != now.reason;
        let service_differs = old.service_available != now.service_available;
        let details_differ = old.details != now.details;
        if service_differs {
            self.as_mut().service_available_changed();
        }
        if valid_differs {
            self.as_mut().valid_changed();
        }
        if state_differs {
            self.as_mut().state_changed();
        }
        if reason_differs {
            self.as_mut().reason_changed();
        }
        if speed_differs {
            self.as_mut().speed_kmh_changed();
        }
        if details_differ {
            self.as_mut().details_changed();
        }
    }
}

/// The window as the worker sees it.
struct Window {
    thread: CxxQtThread<ffi::Speed>,
    mailbox: Mailbox,
}

impl Sink for Window {
    fn show(&self, reading: Reading) {
        if !self.mailbox.put(reading) {
            return;
        }
        let mailbox = self.mailbox.clone();
        // An error means that the window has gone: nobody is left to show this to.
        let _gone = self.thread.queue(move |speed| {
            if let Some(reading) = mailbox.take() {
                speed.show(reading);
            }
        });
    }
}
