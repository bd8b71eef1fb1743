//! Puts the QML into the binary and generates the bridge's C++.

use cxx_qt_build::{CxxQtBuilder, QmlModule};

const INSTRUMENTS: [&str; 36] = [
    "qml/instruments/Alarm.qml",
    "qml/instruments/ArcGeometry.qml",
    "qml/instruments/DarkScreen.qml",
    "qml/instruments/DebugPage.qml",
    "qml/instruments/DialFace.qml",
    "qml/instruments/Digits.qml",
    "qml/instruments/DriveCaption.qml",
    "qml/instruments/EngineSpeed.qml",
    "qml/instruments/FittedText.qml",
    "qml/instruments/GearDisplay.qml",
    "qml/instruments/Glide.qml",
    "qml/instruments/Icon.qml",
    "qml/instruments/InfoLine.qml",
    "qml/instruments/InstrumentGrid.qml",
    "qml/instruments/Lamp.qml",
    "qml/instruments/LampField.qml",
    "qml/instruments/Lift.qml",
    "qml/instruments/Needle.qml",
    "qml/instruments/Panel.qml",
    "qml/instruments/PanelLayout.qml",
    "qml/instruments/Scale.qml",
    "qml/instruments/Sentence.qml",
    "qml/instruments/ShiftLight.qml",
    "qml/instruments/SmallGauge.qml",
    "qml/instruments/Speedometer.qml",
    "qml/instruments/StateBanner.qml",
    "qml/instruments/Theme.qml",
    "qml/instruments/Ticks.qml",
    "qml/instruments/Track.qml",
    "qml/instruments/Trail.qml",
    "qml/instruments/Warnings.qml",
    // Scripts too are compiled when they are among the QML files.
    "qml/instruments/icons.js",
    "qml/instruments/quantities.js",
    "qml/instruments/sentences.js",
    "qml/instruments/speed.js",
    "qml/instruments/states.js",
];

fn main() {
    // Only the QML needs Qt Quick. Loaded together with the program it costs less than by the QML engine, which searches
    // many folders and makes the rest wait.
    println!("cargo::rustc-link-arg-bins=-Wl,--push-state,--no-as-needed,-lQt6Quick,--pop-state");
    let files = ["qml/Main.qml", "qml/RemoteControl.qml"].into_iter().chain(INSTRUMENTS);
    CxxQtBuilder::new_qml_module(QmlModule::new("org.cardash.dashboard").qml_files(files))
        // The instruments are a folder of their own, so that tests load them without any Rust type.
        .qrc_resources(["qml/instruments/qmldir"])
        .qt_module("Quick")
        .crate_include_root(None)
        .files([
            "src/bridge/backlight.rs",
            "src/bridge/remote.rs",
            "src/bridge/settings.rs",
            "src/bridge/speed.rs",
        ])
        .build();
}
