//! `Speed`: what the worker says, as properties.

use std::pin::Pin;

use cxx_qt::{CxxQtThread, CxxQtType, Threading};
use cxx_qt_lib::QString;

use super::instruments::{Map, Shown};
use crate::light::Light;
use crate::link::Sink;
use crate::mailbox::Mailbox;
use crate::pulse::Pulse;
use crate::reading::{NO_ANSWER, Reading, STARTING};
use crate::worker::Worker;

#[cxx_qt::bridge]
mod ffi {
    unsafe extern "C++" {
        include!("cxx-qt-lib/qstring.h");
        type QString = cxx_qt_lib::QString;
        include!("cxx-qt-lib/core/qmap/qmap_QString_QVariant.h");
        type QMap_QString_QVariant = super::Map;
    }

    #[auto_cxx_name]
    extern "RustQt" {
        /// `speedKmh` is what to show, NaN unless `valid`; `state` is a word of the contract or of the display, `reason`
        /// one of the contract or empty. `gauges` has the numbers of the car by name, NaN where they are lost, `lamps` its
        /// tell-tales: on, off or unknown; what is in neither is not in this car. `rpm` and `powerKw` are no numbers in
        /// `gauges`, where they are too if the car has them: they change much more often. `light` is day, night, or empty
        /// where only the clock can tell; `dark` is a car that is parked.
        #[qobject]
        #[qml_element]
        #[qproperty(f64, speed_kmh, READ, NOTIFY)]
        #[qproperty(bool, valid, READ, NOTIFY)]
        #[qproperty(QString, state, READ, NOTIFY)]
        #[qproperty(QString, reason, READ, NOTIFY)]
        #[qproperty(bool, service_available, READ, NOTIFY)]
        #[qproperty(QString, details, READ, NOTIFY)]
        #[qproperty(bool, dark, READ, NOTIFY)]
        #[qproperty(QString, light, READ, NOTIFY)]
        #[qproperty(QMap_QString_QVariant, gauges, READ = gauges, NOTIFY)]
        #[qproperty(QMap_QString_QVariant, lamps, READ = lamps, NOTIFY)]
        #[qproperty(QString, gear, READ = gear, NOTIFY)]
        #[qproperty(bool, has_gear, READ = has_gear, NOTIFY)]
        #[qproperty(f64, rpm, READ = rpm, NOTIFY)]
        #[qproperty(f64, power_kw, READ = power_kw, NOTIFY)]
        type Speed = super::SpeedRust;

        /// Says whether `details` (lines of name, tab, value) are wanted.
        #[qinvokable]
        fn set_detailed(self: &Speed, detailed: bool);

        fn gauges(self: &Speed) -> QMap_QString_QVariant;
        fn lamps(self: &Speed) -> QMap_QString_QVariant;
        fn gear(self: &Speed) -> QString;
        fn has_gear(self: &Speed) -> bool;
        fn rpm(self: &Speed) -> f64;
        fn power_kw(self: &Speed) -> f64;

        /// The GUI thread turns; for whoever watches, if anybody does.
        #[qinvokable]
        fn beat(self: Pin<&mut Speed>);

        /// A frame is on the screen; for the same.
        #[qinvokable]
        fn swapped(self: Pin<&mut Speed>);

        /// The program ends, which may take longer than a sign of life; for the same.
        #[qinvokable]
        fn ends(self: Pin<&mut Speed>);

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
    dark: bool,
    light: QString,
    car: Shown,
    // Before the worker, whose end may take its time.
    pulse: Option<Pulse>,
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
            dark: false,
            light: QString::default(),
            car: Shown::default(),
            pulse: Pulse::from_environment(),
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

    fn beat(mut self: Pin<&mut Self>) {
        if let Some(pulse) = &mut self.as_mut().rust_mut().pulse {
            pulse.turns();
        }
    }

    fn swapped(mut self: Pin<&mut Self>) {
        if let Some(pulse) = &mut self.as_mut().rust_mut().pulse {
            pulse.swapped();
        }
    }

    fn ends(mut self: Pin<&mut Self>) {
        self.as_mut().rust_mut().pulse = None;
    }

    fn gauges(&self) -> Map {
        self.rust().car.gauges.clone()
    }

    fn lamps(&self) -> Map {
        self.rust().car.lamps.clone()
    }

    fn gear(&self) -> QString {
        self.rust().car.gear.clone()
    }

    fn has_gear(&self) -> bool {
        self.rust().car.has_gear()
    }

    fn rpm(&self) -> f64 {
        self.rust().car.rpm
    }

    fn power_kw(&self) -> f64 {
        self.rust().car.power_kw
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
            dark: reading.dark,
            light: QString::default(),
            car: Shown::default(),
            pulse: None,
            worker: None,
        };
        let car = {
            let mut fields = self.as_mut().rust_mut();
            new.worker = fields.worker.take();
            new.pulse = fields.pulse.take();
            std::mem::swap(&mut fields.light, &mut new.light);
            std::mem::swap(&mut fields.car, &mut new.car);
            std::mem::swap(&mut *fields, &mut new);
            let car = fields.car.take(reading.instruments);
            let numbers = fields.valid || fields.car.has_numbers();
            if let Some(pulse) = &mut fields.pulse {
                pulse.shows(numbers);
            }
            car
        };
        let (old, now) = (new, self.rust());
        // Bits, because NaN differs from itself.
        let speed_differs = old.speed_kmh.to_bits() != now.speed_kmh.to_bits();
        let (valid_differs, state_differs) = (old.valid != now.valid, old.state != now.state);
        let reason_differs = old.reason != now.reason;
        let service_differs = old.service_available != now.service_available;
        let details_differ = old.details != now.details;
        let dark_differs = old.dark != now.dark;
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
        if car.gauges {
            self.as_mut().gauges_changed();
        }
        if car.lamps {
            self.as_mut().lamps_changed();
        }
        if car.gear {
            self.as_mut().has_gear_changed();
            self.as_mut().gear_changed();
        }
        if car.rpm {
            self.as_mut().rpm_changed();
        }
        if car.power_kw {
            self.as_mut().power_kw_changed();
        }
        if details_differ {
            self.as_mut().details_changed();
        }
        // Last: a screen that comes back has everything by then.
        if dark_differs {
            self.as_mut().dark_changed();
        }
    }

    fn show_light(mut self: Pin<&mut Self>, light: Option<Light>) {
        self.as_mut().rust_mut().light = light.map_or("", Light::as_str).into();
        self.light_changed();
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

    fn show_light(&self, light: Option<Light>) {
        let _gone = self.thread.queue(move |speed| speed.show_light(light));
    }
}
