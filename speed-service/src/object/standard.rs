//! The standard interfaces, answered one call after the other like ours.
//!
//! zbus answers each call of them in a task of its own, without a bound: a client that sends `GetAll` faster
//! than it can be answered would fill our memory with such tasks, and everybody else would wait behind
//! them. So the ones that zbus puts on every object are replaced before anybody knows the service.

use std::fs;

use interfaces::OBJECT_PATH;
use zbus::object_server::Interface;
use zbus::{ObjectServer, fdo, interface};

use super::ReadOnly;

const HEAD: &str = r#"<!DOCTYPE node PUBLIC "-//freedesktop//DTD D-BUS Object Introspection 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/introspect.dtd">
<node>
"#;

/// Replaces them on our object, whose own interfaces are described by `ours`, and on the objects above it.
///
/// # Errors
/// The connection is lost.
pub async fn install(server: &ObjectServer, ours: &str) -> zbus::Result<()> {
    server.remove_named("/", Peer::name()).await?;
    // zbus looks for it there, whatever the path of the call.
    server.at("/", Peer).await?;
    let standard = described(&[&Introspectable::default(), &Peer, &ReadOnly::new(fdo::Properties)]);
    for (path, content) in objects(ours) {
        let xml = format!("{HEAD}{standard}{content}</node>\n");
        server.remove_named(path, Introspectable::name()).await?;
        server.at(path, Introspectable { xml }).await?;
        server.remove_named(path, fdo::Properties::name()).await?;
        server.at(path, ReadOnly::new(fdo::Properties)).await?;
    }
    Ok(())
}

/// Our object and those above it, each with what it has beside the standard interfaces.
fn objects(ours: &str) -> impl Iterator<Item = (&'static str, String)> {
    let above = OBJECT_PATH.match_indices('/').map(|(end, _)| {
        let path = if end == 0 { "/" } else { &OBJECT_PATH[..end] };
        let child = OBJECT_PATH[end + 1..].split('/').next().unwrap_or_default();
        (path, format!("  <node name=\"{child}\"/>\n"))
    });
    above.chain([(OBJECT_PATH, ours.to_owned())])
}

/// The description of interfaces, as [`install`] wants it.
pub fn described(interfaces: &[&dyn Interface]) -> String {
    let mut text = String::new();
    interfaces.iter().for_each(|interface| interface.introspect_to_writer(&mut text, 2));
    text
}

/// Says what an object has, which never changes.
#[derive(Default)]
struct Introspectable {
    xml: String,
}

#[interface(name = "org.freedesktop.DBus.Introspectable", spawn = false, introspection_docs = false)]
impl Introspectable {
    #[zbus(out_args("xml_data"))]
    fn introspect(&self) -> &str {
        &self.xml
    }
}

struct Peer;

#[interface(name = "org.freedesktop.DBus.Peer", spawn = false, introspection_docs = false)]
impl Peer {
    fn ping(&self) {}

    #[zbus(out_args("machine_uuid"))]
    fn get_machine_id(&self) -> fdo::Result<String> {
        let places = ["/var/lib/dbus/machine-id", "/etc/machine-id"];
        let found = places.iter().find_map(|place| fs::read_to_string(place).ok());
        let id = found
            .ok_or_else(|| fdo::Error::Failed(format!("this machine has no id: {}", places.join(", "))))?;
        Ok(id.trim().to_owned())
    }
}
