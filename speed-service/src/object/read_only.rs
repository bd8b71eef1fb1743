//! An interface none of whose properties can be set, and which says so. Its calls are answered one after the
//! other.
//!
//! zbus answers an attempt to set a property that has no setter with `UnknownProperty`, although the
//! property is there. The standard error for that is `PropertyReadOnly`, which tells a person what is wrong.

use std::collections::HashMap;
use std::fmt::Write;
use std::time::Instant;

use async_trait::async_trait;
use zbus::message::{Header, Message};
use zbus::names::{InterfaceName, MemberName};
use zbus::object_server::{DispatchResult, Interface, SignalEmitter};
use zbus::{BoxDBusError, Connection, ObjectServer, OwnedVariant, Variant, fdo};

use super::rate::Rate;

/// The same interface, with the right answer to `Properties.Set`.
pub struct ReadOnly<I> {
    interface: I,
    get_all: Rate,
}

impl<I> ReadOnly<I> {
    /// Wraps an interface.
    #[must_use]
    pub fn new(interface: I) -> Self {
        Self { interface, get_all: Rate::new() }
    }
}

#[async_trait]
impl<I: Interface> Interface for ReadOnly<I> {
    fn set<'call>(
        &'call self,
        property_name: &'call str,
        _value: &'call Variant<'_>,
        server: &'call ObjectServer,
        connection: &'call Connection,
        header: Option<&'call Header<'_>>,
        emitter: &'call SignalEmitter<'_>,
    ) -> DispatchResult<'call> {
        DispatchResult::Async(Box::pin(async move {
            let known =
                self.interface.get(property_name, server, connection, header, emitter).await.is_some();
            let error = if known {
                fdo::Error::PropertyReadOnly(format!("{property_name} can be read, not set"))
            } else {
                fdo::Error::UnknownProperty(format!("Unknown property '{property_name}'"))
            };
            Err(error.into())
        }))
    }

    /// Not reached: [`set`](Self::set) has answered.
    async fn set_mut(
        &mut self,
        _property_name: &str,
        _value: &Variant<'_>,
        _server: &ObjectServer,
        _connection: &Connection,
        _header: Option<&Header<'_>>,
        _emitter: &SignalEmitter<'_>,
    ) -> Option<Result<(), BoxDBusError>> {
        None
    }

    fn name() -> InterfaceName<'static> {
        I::name()
    }

    fn spawn_tasks_for_methods(&self) -> bool {
        false
    }

    async fn get(
        &self,
        property_name: &str,
        server: &ObjectServer,
        connection: &Connection,
        header: Option<&Header<'_>>,
        emitter: &SignalEmitter<'_>,
    ) -> Option<Result<OwnedVariant, BoxDBusError>> {
        self.interface.get(property_name, server, connection, header, emitter).await
    }

    async fn get_all(
        &self,
        server: &ObjectServer,
        connection: &Connection,
        header: Option<&Header<'_>>,
        emitter: &SignalEmitter<'_>,
    ) -> fdo::Result<HashMap<String, OwnedVariant>> {
        // Dear to answer: a client that sends more than that could have the bus pile up calls until it
        // serves nobody.
        let sender = header.and_then(Header::sender);
        if sender.is_some_and(|sender| !self.get_all.allows(Instant::now(), sender)) {
            let what = "too many GetAll in a second; listen to PropertiesChanged instead of asking";
            return Err(fdo::Error::LimitsExceeded(what.to_owned()));
        }
        self.interface.get_all(server, connection, header, emitter).await
    }

    fn call<'call>(
        &'call self,
        server: &'call ObjectServer,
        connection: &'call Connection,
        message: &'call Message,
        name: MemberName<'call>,
    ) -> DispatchResult<'call> {
        self.interface.call(server, connection, message, name)
    }

    fn call_mut<'call>(
        &'call mut self,
        server: &'call ObjectServer,
        connection: &'call Connection,
        message: &'call Message,
        name: MemberName<'call>,
    ) -> DispatchResult<'call> {
        self.interface.call_mut(server, connection, message, name)
    }

    fn introspect_to_writer(&self, writer: &mut dyn Write, level: usize) {
        self.interface.introspect_to_writer(writer, level);
    }
}
