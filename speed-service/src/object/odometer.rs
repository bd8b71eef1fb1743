//! `org.cardash.Odometer1`.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use nix::unistd::{User, geteuid};
use zbus::fdo::{self, DBusProxy};
use zbus::message::Header;
use zbus::names::BusName;
use zbus::{Connection, Variant, interface};

use crate::config::Bus;
use crate::odometer::{SetError, Trip, View};
use crate::outbox::Outbox;
use crate::publisher::Signal;
use crate::shared::Shared;

/// The user of the cluster on the screen (deploy/car/sysusers.d).
const KIOSK: &str = "cardash-kiosk";

const ROOT: u32 = 0;

/// The object that answers `org.cardash.Odometer1`.
pub struct Odometer {
    shared: Arc<Shared>,
    outbox: Arc<Outbox>,
    bus: Bus,
}

impl Odometer {
    /// An object that answers from `shared`, and tells of changes through `outbox`.
    #[must_use]
    pub const fn new(shared: Arc<Shared>, outbox: Arc<Outbox>, bus: Bus) -> Self {
        Self { shared, outbox, bus }
    }

    /// Clients are told, and the run loop follows what becomes of the write.
    fn tell(&self) {
        self.outbox.push(Signal::Odometer);
        self.shared.nudge();
    }

    fn view(&self) -> View {
        self.shared.lock().odometer.view()
    }

    /// Who calls, by the user's number, if `allowed`. The policy of the system bus has let the call through, and is not
    /// all that stands between.
    async fn caller(
        &self,
        connection: &Connection,
        call: &Header<'_>,
        allowed: impl Fn(u32) -> bool,
    ) -> fdo::Result<u32> {
        let sender =
            call.sender().ok_or_else(|| fdo::Error::AccessDenied("a call from nobody".to_owned()))?;
        let bus = DBusProxy::new(connection).await?;
        let uid = bus.get_connection_unix_user(BusName::from(sender.to_owned())).await?;
        // On a session bus all is the user's own.
        let ours = self.bus == Bus::Session && uid == geteuid().as_raw();
        if uid == ROOT || ours || allowed(uid) {
            return Ok(uid);
        }
        let what = call.member().map_or("this", |member| member.as_str());
        Err(fdo::Error::AccessDenied(format!("{what} is not for user {uid}")))
    }

    fn set(&self, metres: u64, correct: bool, uid: u32) -> fdo::Result<()> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        self.shared.lock().odometer.set(metres, correct, uid, now).map_err(|error| {
            let words = error.to_string();
            match error {
                SetError::NotKept(_) => fdo::Error::Failed(words),
                SetError::Lower { .. } | SetError::TooMuch(_) => fdo::Error::InvalidArgs(words),
                SetError::Full => fdo::Error::LimitsExceeded(words),
            }
        })?;
        self.tell();
        Ok(())
    }
}

#[interface(name = "org.cardash.Odometer1", spawn = false)]
impl Odometer {
    /// Begins trip "A" or "B" anew.
    async fn reset_trip(
        &self,
        trip: &str,
        #[zbus(header)] call: Header<'_>,
        #[zbus(connection)] connection: &Connection,
    ) -> fdo::Result<()> {
        let is_kiosk =
            |uid| User::from_name(KIOSK).is_ok_and(|user| user.is_some_and(|user| user.uid.as_raw() == uid));
        self.caller(connection, &call, is_kiosk).await?;
        let trip = match trip {
            "A" => Trip::A,
            "B" => Trip::B,
            other => {
                let what = format!("there is no trip {other:?}; there are \"A\" and \"B\"");
                return Err(fdo::Error::InvalidArgs(what));
            }
        };
        self.shared.lock().odometer.reset(trip);
        self.tell();
        Ok(())
    }

    /// Sets the odometer, m, to no less than it has.
    async fn set_odometer(
        &self,
        metres: u64,
        #[zbus(header)] call: Header<'_>,
        #[zbus(connection)] connection: &Connection,
    ) -> fdo::Result<()> {
        let uid = self.caller(connection, &call, |_| false).await?;
        self.set(metres, false, uid)
    }

    /// Sets the odometer, m, also to less.
    async fn correct_odometer(
        &self,
        metres: u64,
        #[zbus(header)] call: Header<'_>,
        #[zbus(connection)] connection: &Connection,
    ) -> fdo::Result<()> {
        let uid = self.caller(connection, &call, |_| false).await?;
        self.set(metres, true, uid)
    }

    /// Where it is kept, what of it outlives a power cut, and each change by hand.
    #[zbus(out_args("description"))]
    fn describe(&self) -> HashMap<&'static str, Variant<'static>> {
        self.shared.lock().odometer.describe()
    }

    /// The odometer, m.
    #[zbus(property)]
    fn total(&self) -> u64 {
        self.view().metres[0]
    }

    /// Distance since trip A began, m.
    #[zbus(property)]
    fn trip_a(&self) -> u64 {
        self.view().metres[1]
    }

    /// Distance since trip B began, m.
    #[zbus(property)]
    fn trip_b(&self) -> u64 {
        self.view().metres[2]
    }

    /// The car has gone so far at least, and perhaps further.
    #[zbus(property)]
    fn at_least(&self) -> bool {
        self.view().unknown_s[0] > 0
    }

    /// Seconds in which the car may have moved unseen.
    #[zbus(property)]
    fn unknown(&self) -> u64 {
        self.view().unknown_s[0]
    }

    /// The same since trip A began.
    #[zbus(property)]
    fn trip_a_unknown(&self) -> u64 {
        self.view().unknown_s[1]
    }

    /// The same since trip B began.
    #[zbus(property)]
    fn trip_b_unknown(&self) -> u64 {
        self.view().unknown_s[2]
    }

    /// A power cut takes one kilometre at most away.
    #[zbus(property)]
    fn kept(&self) -> bool {
        self.view().reason.is_empty()
    }

    /// Why it is not kept; empty when it is.
    #[zbus(property)]
    fn reason(&self) -> String {
        self.view().reason
    }
}

/// Every property, by name, for `PropertiesChanged`.
pub fn values(view: &View) -> [(&'static str, Variant<'static>); 9] {
    let View { metres, unknown_s, reason } = view;
    [
        ("Total", Variant::from(metres[0])),
        ("TripA", Variant::from(metres[1])),
        ("TripB", Variant::from(metres[2])),
        ("AtLeast", Variant::from(unknown_s[0] > 0)),
        ("Unknown", Variant::from(unknown_s[0])),
        ("TripAUnknown", Variant::from(unknown_s[1])),
        ("TripBUnknown", Variant::from(unknown_s[2])),
        ("Kept", Variant::from(reason.is_empty())),
        ("Reason", Variant::from(reason.clone())),
    ]
}
