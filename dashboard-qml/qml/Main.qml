// The window: the bridge's objects, the grid of instruments, and the keys of a bench.
import QtQuick
import "instruments"
import org.cardash.dashboard as Cardash

Window {
    id: window

    property string unit: settings.unit
    // Empty while the clock or the settings decide; then "day" or "night", by key.
    property string chosenTheme: settings.theme === "auto" ? "" : settings.theme
    property bool nightByClock: isNight()

    // Time of the first frame, milliseconds since 1970; 0 before.
    property double drawnAt: 0

    onFrameSwapped: {
        if (drawnAt === 0) {
            drawnAt = Date.now();
            // For the journal: how long after the ignition it was.
            console.info("the first frame is on the screen");
        }
    }

    function isNight(): bool {
        const hour = new Date().getHours();
        return hour >= Theme.nightFrom || hour < Theme.nightUntil;
    }

    function press(key: string) {
        speedometer.skipSweep();
        if (key === "F")
            window.visibility = window.visibility === Window.FullScreen ? Window.Windowed : Window.FullScreen;
        else if (key === "U")
            window.unit = window.unit === "km/h" ? "mph" : "km/h";
        else if (key === "N")
            window.chosenTheme = Theme.night ? "day" : "night";
        else if (key === "D")
            debugPage.active = !debugPage.active;
        else if (key === "Q")
            Qt.quit();
    }

    function shoot(file: string, done: var) {
        if (!scene.grabToImage(result => done(result.saveToFile(file))))
            done(false);
    }

    width: settings.width
    height: settings.height
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
    Binding {
        target: Theme
        property: "night"
        value: window.chosenTheme === "" ? window.nightByClock : window.chosenTheme === "night"
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
        onTriggered: window.nightByClock = window.isNight()
    }

    Rectangle {
        id: scene
        anchors.fill: parent
        color: Theme.ground
        focus: true
        Keys.onPressed: event => {
            if (!event.isAutoRepeat)
                window.press(event.text.toUpperCase());
        }

        InstrumentGrid {
            anchors.fill: parent
            Speedometer {
                id: speedometer
                speedKmh: speed.speedKmh
                valid: speed.valid
                speedState: speed.state
                unit: window.unit
                fullScaleKmh: settings.fullScaleKmh
                demo: settings.demo
                sweep: settings.sweep
            }
        }
        Loader {
            id: debugPage
            anchors.fill: parent
            active: false
            onActiveChanged: speed.setDetailed(active)
            sourceComponent: DebugPage {
                details: speed.details
                speedState: speed.state
            }
        }
    }
    MouseArea {
        anchors.fill: parent
        onPressed: speedometer.skipSweep()
    }

    // --screenshot: once something is known, and the needle has come to rest.
    Timer {
        interval: Theme.rest
        running: settings.screenshot !== "" && speed.state !== "starting"
        onTriggered: window.shoot(settings.screenshot, saved => {
                if (!saved)
                    console.error(`the image cannot be saved to ${settings.screenshot}; does its folder exist, and does the name end in .png?`);
                Qt.exit(saved ? 0 : 1);
            })
    }
    Loader {
        // After the first frame, whose time it tells: it must not delay what it measures.
        active: settings.remote && window.drawnAt > 0
        sourceComponent: RemoteControl {
            host: window
            gauge: speedometer
            serviceAvailable: speed.serviceAvailable
            debugText: debugPage.item === null ? "" : debugPage.item.Accessible.name
        }
    }
}
