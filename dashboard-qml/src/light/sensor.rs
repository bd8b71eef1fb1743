//! The light sensor of iio-sensor-proxy: `net.hadess.SensorProxy` on the system bus.

use std::collections::HashMap;
use std::convert::Infallible;
use std::time::Duration;

use interfaces::connection;
use tokio::sync::watch;
use tokio::time::{sleep, timeout};
use zbus::fdo::{DBusProxy, PropertiesProxy};
use zbus::names::{BusName, OwnedUniqueName};
use zbus::proxy::CacheProperties;
use zbus::{Connection, OwnedVariant, Variant};

use crate::answer::{answer, next};

const BUS_NAME: &str = "net.hadess.SensorProxy";
const PATH: &str = "/net/hadess/SensorProxy";
const INTERFACE: &str = "net.hadess.SensorProxy";

/// Between two looks for the system bus, or two questions to a proxy that refuses or does not answer.
const RETRY: Duration = Duration::from_secs(2);
/// A proxy that hangs says nothing, as one in steady light does: after so long a silence it is asked.
const ASK_AFTER_SILENCE: Duration = Duration::from_secs(5);
/// To claim the sensor, polkit has to say yes first, which may still have to start.
const CLAIM_WITHIN: Duration = Duration::from_secs(20);

/// Tells what the sensor sees, lux; `None` while there is no sensor, no proxy or no bus.
pub(super) async fn run(lux: &watch::Sender<Option<f64>>) -> Infallible {
    let mut complained = false;
    loop {
        if let Ok(connection) = answer(connection::system()).await {
            let Err(_bus_lost) = follow_name(&connection, lux, &mut complained).await;
        }
        tell(lux, None);
        sleep(RETRY).await;
    }
}

fn tell(lux: &watch::Sender<Option<f64>>, now: Option<f64>) {
    lux.send_if_modified(|before| std::mem::replace(before, now) != now);
}

/// Follows whoever owns the proxy's name, until the bus is lost. Nobody is started for it: udev starts the proxy where
/// there is a sensor.
async fn follow_name(
    connection: &Connection,
    lux: &watch::Sender<Option<f64>>,
    complained: &mut bool,
) -> zbus::Result<Infallible> {
    let dbus = answer(DBusProxy::new(connection)).await?;
    let mut changes = answer(dbus.receive_name_owner_changed_with_args(&[(0, BUS_NAME)])).await?;
    let mut owner: Option<OwnedUniqueName> =
        match answer(dbus.get_name_owner(BusName::try_from(BUS_NAME)?)).await {
            Ok(owner) => Some(owner),
            Err(zbus::Error::FDO(error)) if matches!(*error, zbus::fdo::Error::NameHasNoOwner(_)) => None,
            Err(error) => return Err(error),
        };
    loop {
        let change = match &owner {
            None => next(&mut changes).await?,
            Some(owner) => tokio::select! {
                biased;
                change = next(&mut changes) => change?,
                never = follow_again(connection, owner, lux, complained) => match never {},
            },
        };
        tell(lux, None);
        owner = change.args()?.new_owner().as_ref().map(|name| name.to_owned().into());
    }
}

/// Follows this owner, and tries again where it refuses.
async fn follow_again(
    connection: &Connection,
    owner: &OwnedUniqueName,
    lux: &watch::Sender<Option<f64>>,
    complained: &mut bool,
) -> Infallible {
    loop {
        let Err(error) = follow(connection, owner, lux).await;
        tell(lux, None);
        if !std::mem::replace(complained, true) {
            eprintln!(
                "dashboard-qml: the light sensor is not used: {error}. If it is refused, the user has to be allowed \
                 net.hadess.SensorProxy.claim-sensor, as polkit's cardash-kiosk.rules does for the kiosk's; or leave \
                 \"sensor\" out of light in dashboard.toml"
            );
        }
        sleep(RETRY).await;
    }
}

async fn follow(
    connection: &Connection,
    owner: &OwnedUniqueName,
    lux: &watch::Sender<Option<f64>>,
) -> zbus::Result<Infallible> {
    let properties = PropertiesProxy::builder(connection).destination(owner).path(PATH);
    let properties = answer(properties.cache_properties(CacheProperties::No).build()).await?;
    // Before the first question, or a change between would be missed.
    let mut changes = answer(properties.receive_properties_changed()).await?;
    let mut sensor = Sensor::default();
    let mut claimed = false;
    loop {
        for (name, value) in &all(connection, owner).await? {
            sensor.take(name, value);
        }
        if sensor.is_there && !claimed {
            claim(connection, owner).await?;
            claimed = true;
            continue;
        }
        claimed &= sensor.is_there;
        // Until it comes or goes, or is silent, the changes say all.
        while sensor.is_there == claimed {
            tell(lux, sensor.lux());
            let Ok(change) = timeout(ASK_AFTER_SILENCE, next(&mut changes)).await else { break };
            let change = change?;
            let Ok(arguments) = change.args() else { continue };
            if arguments.interface_name == INTERFACE {
                for (name, value) in &arguments.changed_properties {
                    sensor.take(name, value);
                }
            }
        }
    }
}

async fn all(
    connection: &Connection,
    owner: &OwnedUniqueName,
) -> zbus::Result<HashMap<String, OwnedVariant>> {
    let properties = Some("org.freedesktop.DBus.Properties");
    answer(connection.call_method(Some(owner), PATH, properties, "GetAll", &(INTERFACE,)))
        .await?
        .body()
        .deserialize()
}

async fn claim(connection: &Connection, owner: &OwnedUniqueName) -> zbus::Result<()> {
    let asked = connection.call_method(Some(owner), PATH, Some(INTERFACE), "ClaimLight", &());
    match timeout(CLAIM_WITHIN, asked).await {
        Ok(answer) => answer.map(|_| ()),
        Err(_) => Err(zbus::Error::Failure(format!("no answer within {} s", CLAIM_WITHIN.as_secs()))),
    }
}

/// What the proxy says of its sensor.
#[derive(Debug, Default)]
struct Sensor {
    is_there: bool,
    /// Not in a unit of the vendor's own, of which nobody knows what it means.
    in_lux: bool,
    level: Option<f64>,
}

impl Sensor {
    fn take(&mut self, name: &str, value: &Variant<'_>) {
        match (name, value) {
            ("HasAmbientLight", Variant::Bool(is_there)) => self.is_there = *is_there,
            ("LightLevelUnit", Variant::Str(unit)) => self.in_lux = unit.as_str() == "lux",
            ("LightLevel", Variant::F64(level)) => self.level = Some(*level),
            _ => {}
        }
    }

    fn lux(&self) -> Option<f64> {
        self.level.filter(|level| self.is_there && self.in_lux && level.is_finite())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_lux_of_a_sensor_that_is_there_counts() {
        let mut sensor = Sensor::default();
        sensor.take("LightLevel", &Variant::F64(12.5));
        assert_eq!(sensor.lux(), None);
        sensor.take("HasAmbientLight", &Variant::Bool(true));
        assert_eq!(sensor.lux(), None, "in no unit");
        sensor.take("LightLevelUnit", &Variant::from("lux"));
        assert_eq!(sensor.lux(), Some(12.5));
        sensor.take("LightLevelUnit", &Variant::from("vendor"));
        assert_eq!(sensor.lux(), None);
    }
}
