//! A light sensor: python3-dbusmock's iio-sensor-proxy.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use zbus::{Connection, Variant};

use super::{Bus, PATIENCE};

const NAME: &str = "net.hadess.SensorProxy";
const PATH: &str = "/net/hadess/SensorProxy";
/// Where Debian has the templates, and their names in Debian 12 and 13.
const TEMPLATES: &str = "/usr/lib/python3/dist-packages/dbusmock/templates";
const TEMPLATE_NAMES: [&str; 2] = ["iio-sensors-proxy", "iio_sensors_proxy"];

/// A running proxy with one light sensor; it ends with the test.
pub struct LightSensor {
    proxy: Child,
    address: String,
}

impl LightSensor {
    /// On this bus, with so much light (lux).
    pub fn start(bus: &Bus, lux: f64) -> Self {
        let template = TEMPLATE_NAMES
            .into_iter()
            .find(|name| Path::new(TEMPLATES).join(format!("{name}.py")).exists())
            .expect("dbusmock has a template of the proxy; if it is missing, install the package python3-dbusmock");
        let parameters = format!("{{\"has_ambient_light\": true, \"light_level\": {lux:?}}}");
        let proxy = Command::new("/usr/bin/python3")
            .args(["-m", "dbusmock", "--system", "--template", template, "--parameters", &parameters])
            .env("DBUS_SYSTEM_BUS_ADDRESS", &bus.address)
            .stdout(Stdio::null())
            .spawn()
            .expect("python3 starts");
        let sensor = Self { proxy, address: bus.address.clone() };
        let until = Instant::now() + PATIENCE;
        while sensor.owners().is_none() {
            assert!(Instant::now() < until, "the mock of the proxy does not come");
            std::thread::sleep(Duration::from_millis(50));
        }
        sensor
    }

    pub fn set_lux(&self, lux: f64) {
        self.set("LightLevel", Variant::F64(lux));
    }

    pub fn set_unit(&self, unit: &'static str) {
        self.set("LightLevelUnit", unit.into());
    }

    fn set(&self, name: &str, value: Variant<'_>) {
        self.run(async |connection| {
            let mock = Some("org.freedesktop.DBus.Mock");
            let arguments = &(NAME, name, value);
            connection.call_method(Some(NAME), PATH, mock, "SetInternalProperty", arguments).await
        })
        .unwrap();
    }

    /// Waits until somebody has claimed the sensor.
    pub fn is_claimed(&self) {
        let until = Instant::now() + PATIENCE;
        while self.owners().is_none_or(|owners| owners.is_empty()) {
            assert!(Instant::now() < until, "nobody claims the sensor");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Who has claimed it; `None` while there is no proxy.
    fn owners(&self) -> Option<Vec<String>> {
        self.run(async |connection| {
            let mock = Some("org.freedesktop.DBus.Mock");
            let asked = &("AmbientLightOwners",);
            let reply = connection.call_method(Some(NAME), PATH, mock, "GetInternalProperty", asked).await?;
            reply.body().deserialize()
        })
        .ok()
    }

    fn run<T>(&self, does: impl AsyncFnOnce(&Connection) -> zbus::Result<T>) -> zbus::Result<T> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let connection = zbus::conn::Builder::address(self.address.as_str()).build().await?;
            does(&connection).await
        })
    }
}

impl Drop for LightSensor {
    fn drop(&mut self) {
        let _ = self.proxy.kill();
        let _ = self.proxy.wait();
    }
}
