//! One signal of each class, a car that has them, and what `Get` answers.

use std::time::Duration;

use interfaces::{SignalError, Signals1Proxy};

/// In the car below, and but for the last in the simulated one, which has none that is sent on events.
pub const CLASSES: [(&str, &str); 5] = [
    ("number", "Vehicle.Powertrain.CombustionEngine.Speed"),
    ("fuel level", "Vehicle.Powertrain.FuelSystem.RelativeLevel"),
    ("gear", "Vehicle.Powertrain.Transmission.CurrentGear"),
    ("lamp", "Vehicle.Body.Lights.DirectionIndicator.Left.IsSignaling"),
    ("lamp on events", "Vehicle.Cabin.IsAnyDoorOpen"),
];

/// Speed in message 100, the rest in 300, the lamp on events in 400.
pub const PROFILE: &str = r#"
title = "A car with instruments"
dbc_inline = """
VERSION ""
BU_: X
BO_ 256 CAR: 2 X
 SG_ SPEED : 0|16@1+ (0.01,0) [0|300] "km/h" X
BO_ 768 ENGINE: 8 X
 SG_ RPM : 0|16@1+ (1,0) [0|9000] "rpm" X
 SG_ FUEL : 16|8@1+ (1,0) [0|100] "%" X
 SG_ GEAR : 24|8@1- (1,0) [-1|6] "" X
 SG_ TURN : 32|2@1+ (1,0) [0|1] "" X
 SG_ FAILS : 40|1@1+ (1,0) [0|1] "" X
BO_ 1024 BODY: 1 X
 SG_ DOOR : 0|2@1+ (1,0) [0|1] "" X
 SG_ FAILS : 2|1@1+ (1,0) [0|1] "" X
"""
[vehicle_speed]
signal = "CAR.SPEED"
[messages.BODY]
event = true
cycle_ms = 100
[signals]
"Vehicle.Powertrain.CombustionEngine.Speed" = "ENGINE.RPM"
"Vehicle.Powertrain.FuelSystem.RelativeLevel" = "ENGINE.FUEL"
"Vehicle.Powertrain.Transmission.CurrentGear" = { signal = "ENGINE.GEAR", invalid = [-128] }
"Vehicle.Body.Lights.DirectionIndicator.Left.IsSignaling" = { signal = "ENGINE.TURN", on = [1], off = [0], fault = "ENGINE.FAILS" }
"Vehicle.Cabin.IsAnyDoorOpen" = { signal = "BODY.DOOR", on = [1], off = [0], fault = "BODY.FAILS" }
"#;

/// What `Get` answers of this path, as docs/signals.md writes it.
pub async fn answer(proxy: &Signals1Proxy<'_>, path: &str) -> String {
    let answer = tokio::time::timeout(Duration::from_millis(500), proxy.value(path)).await;
    match answer {
        Err(_) => "no answer".to_owned(),
        Ok(Ok(value)) => format!("a value: {value:?}"),
        Ok(Err(SignalError::NotAvailable(_))) => "`NotAvailable`".to_owned(),
        Ok(Err(SignalError::Stale(_))) => "`Stale`".to_owned(),
        Ok(Err(SignalError::Fault(_))) => "`Fault`".to_owned(),
        Ok(Err(error)) if format!("{error:?}").contains("ServiceUnknown") => "`ServiceUnknown`".to_owned(),
        Ok(Err(error)) => format!("{error:?}"),
    }
}
