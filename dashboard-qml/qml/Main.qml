// The window: the bridge's objects, the grid of instruments, and the keys of a bench.
import QtQuick
import "instruments"
import org.cardash.dashboard as Cardash

Window {
    id: window

    property string unit: settings.unit
    // Empty while the clock or the settings decide; then "day" or "night", by key.
    property string chosenTheme: settings.theme === "auto" ? "" : settings.theme
    property bool nightByClock: Theme.isNight()
    // What knows it better than the clock, if anything does.
    readonly property bool nightOutside: speed.light === "" ? nightByClock : speed.light === "night"
    property bool dark: false
    readonly property string level: dark ? "dark" : Theme.night ? "night" : "day"
    property size windowed: Qt.size(settings.width, settings.height)
    // Where no window manager runs, nobody but the window itself gives it the screen's size. On Wayland the compositor
    // does, and ends a program that asks for another.
    readonly property bool sizesItself: !Qt.platform.pluginName.startsWith("wayland")
    // A car that says nothing but its speed has the speedometer alone.
    readonly property bool hasPanel: Object.keys(speed.gauges).length > 0 || Object.keys(speed.lamps).length > 0 || speed.hasGear
    // What is on the screen. Not bound: Qt 6.4, which compiles bindings, does not see a Loader's item change behind `??`.
    property var instruments: speedometer
    property string clock: ""
    // Time of the first frame, milliseconds since 1970; 0 before.
    property double drawnAt: 0

    onFrameSwapped: {
        if (drawnAt > 0) {
            if (settings.watched)
                speed.swapped();
            return;
        }
        const now = Date.now();
        // For the journal: how long after the ignition it was. What follows must not delay it.
        console.info("the first frame is on the screen");
        // Not earlier: it would take the processor from this frame, which could not show what it says.
        speed.start();
        speed.setDetailed(debugPage.active);
        shine();
        // Now the rest of the dial is made.
        drawnAt = now;
        if (settings.remote)
            remote.setSource("RemoteControl.qml", {
                    "host": window,
                    "gauge": Qt.binding(() => window.instruments),
                    "serviceAvailable": Qt.binding(() => speed.serviceAvailable),
                    "debugText": Qt.binding(() => debugPage.item?.Accessible.name ?? "")
                });
    }

    onLevelChanged: {
        if (drawnAt > 0)
            shine();
    }

    function shine() {
        if (settings.screenshot === "")
            backlight.shine(level);
    }

    // Somebody is there.
    function touch() {
        instruments.skipSweep();
        darkScreen.item?.wake();
    }

    function press(key: string) {
        touch();
        if (key === "F")
            window.setFullScreen(window.visibility !== Window.FullScreen);
        else if (key === "U")
            window.unit = window.unit === "km/h" ? "mph" : "km/h";
        else if (key === "N")
            window.chosenTheme = Theme.night ? "day" : "night";
        else if (key === "S")
            panel.item?.nextSentence();
        else if (key === "D")
            debugPage.active = !debugPage.active;
        else if (key === "Q")
            Qt.quit();
    }

    function panelProperties(): var {
        return {
            "speedKmh": Qt.binding(() => speed.speedKmh),
            "valid": Qt.binding(() => speed.valid),
            "speedState": Qt.binding(() => speed.state),
            "reason": Qt.binding(() => speed.reason),
            "gauges": Qt.binding(() => speed.gauges),
            "lamps": Qt.binding(() => speed.lamps),
            "hasGear": Qt.binding(() => speed.hasGear),
            "gear": Qt.binding(() => speed.gear),
            "rpm": Qt.binding(() => speed.rpm),
            "powerKw": Qt.binding(() => speed.powerKw),
            "unit": Qt.binding(() => window.unit),
            "clock": Qt.binding(() => window.clock),
            "fullScaleKmh": settings.fullScaleKmh,
            "demo": settings.demo,
            "animated": settings.screenshot === "",
            "race": settings.race,
            "leftSide": settings.left,
            "rightSide": settings.right,
            "rpmMost": settings.rpmMax,
            "rpmRed": settings.rpmRed,
            "shiftAt": settings.shiftRpm,
            "powerLeast": settings.powerLeastKw,
            "powerMost": settings.powerMostKw,
            "fahrenheit": settings.fahrenheit,
            "test": settings.sweep,
            "held": settings.lampTest
        };
    }

    function setFullScreen(full: bool) {
        if (sizesItself) {
            if (full)
                windowed = Qt.size(width, height);
            width = full ? Screen.width : windowed.width;
            height = full ? Screen.height : windowed.height;
        }
        visibility = full ? Window.FullScreen : Window.Windowed;
    }

    function shoot(file: string, done: var) {
        if (!scene.grabToImage(result => done(result.saveToFile(file))))
            done(false);
    }

    width: settings.fullscreen && sizesItself ? Screen.width : settings.width
    height: settings.fullscreen && sizesItself ? Screen.height : settings.height
    visible: true
    visibility: settings.fullscreen ? Window.FullScreen : Window.Windowed
    title: "Cardash"
    color: Theme.ground

    Cardash.Settings {
        id: settings
    }
    Cardash.Speed {
        id: speed
    }
    Cardash.Backlight {
        id: backlight
    }
    Binding {
        target: Theme
        property: "night"
        value: window.chosenTheme === "" ? window.nightOutside : window.chosenTheme === "night"
    }
    Binding {
        target: Theme
        property: "panelInches"
        value: settings.panelInches
    }
    Timer {
        interval: Theme.clockInterval
        running: window.chosenTheme === ""
        repeat: true
        onTriggered: window.nightByClock = Theme.isNight()
    }

    Timer {
        interval: Theme.clockInterval
        running: window.hasPanel
        repeat: true
        triggeredOnStart: true
        // A demo's picture is the same at any time.
        onTriggered: window.clock = settings.demo ? Theme.demoClock : settings.clockIsSet() ? Qt.formatTime(new Date(), "HH:mm") : ""
    }

    Connections {
        target: Qt.application
        function onAboutToQuit() {
            speed.ends();
        }
    }

    // Who watches the screen hears that this thread turns.
    Timer {
        interval: Theme.beatInterval
        running: settings.watched && window.drawnAt > 0
        repeat: true
        triggeredOnStart: true
        onTriggered: speed.beat()
    }

    Rectangle {
        id: scene
        // Bound to the window's size and not anchored: anchors would lay each text out for every size on the way.
        width: window.width
        height: window.height
        color: Theme.ground
        focus: true
        Keys.onPressed: event => {
            if (!event.isAutoRepeat)
                window.press(event.text.toUpperCase());
        }

        InstrumentGrid {
            width: parent.width
            height: parent.height
            visible: !window.dark
            Speedometer {
                id: speedometer
                // While the panel is there it is neither seen nor moved.
                visible: !panel.item
                speedKmh: panel.item ? NaN : speed.speedKmh
                valid: speed.valid && !panel.item
                speedState: speed.state
                reason: speed.reason
                unit: window.unit
                fullScaleKmh: settings.fullScaleKmh
                demo: settings.demo
                sweep: settings.sweep
                complete: window.drawnAt > 0
                animated: settings.screenshot === ""
                onBrokenChanged: Qt.exit(1)
            }
        }
        Loader {
            id: panel
            width: parent.width
            height: parent.height
            visible: !window.dark
            active: window.hasPanel
            // A little in each frame: the speed is on the screen meanwhile, and must not stand still.
            asynchronous: settings.screenshot === ""
            onItemChanged: window.instruments = item ? item : speedometer
            onActiveChanged: {
                // By name, so that it is read only when there is a car for it.
                if (active)
                    setSource("instruments/Panel.qml", window.panelProperties());
            }
            onStatusChanged: {
                if (status === Loader.Error)
                    Qt.exit(1);
            }
        }
        Loader {
            id: debugPage
            width: parent.width
            height: parent.height
            visible: !window.dark
            active: false
            asynchronous: true
            onActiveChanged: speed.setDetailed(active)
            // By name, so that it is read only when it is opened.
            source: "instruments/DebugPage.qml"
            onLoaded: {
                item.details = Qt.binding(() => speed.details);
                item.speedState = Qt.binding(() => speed.state);
            }
        }
        Loader {
            id: darkScreen
            width: parent.width
            height: parent.height
            active: speed.dark
            onItemChanged: window.dark = Qt.binding(() => darkScreen.item ? darkScreen.item.covers : false)
            // By name, so that it is read only when a car is parked.
            source: "instruments/DarkScreen.qml"
        }
    }
    MouseArea {
        width: parent.width
        height: parent.height
        onPressed: window.touch()
    }

    // --screenshot: once the dial is complete and something is known, or after long enough.
    Timer {
        interval: speed.state === "starting" ? Theme.patience : Theme.rest
        running: settings.screenshot !== "" && window.drawnAt > 0
        onTriggered: window.shoot(settings.screenshot, saved => {
                if (!saved)
                    console.error(`the image cannot be saved to ${settings.screenshot}; does its folder exist, and does the name end in .png?`);
                Qt.exit(saved ? 0 : 1);
            })
    }
    Loader {
        id: remote
        onStatusChanged: {
            if (status === Loader.Error)
                Qt.exit(1);
        }
    }
}
