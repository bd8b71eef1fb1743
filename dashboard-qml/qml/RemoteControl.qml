// --remote, for tests: writes what is on the screen to standard output as a line of JSON at each change,
// and obeys lines from standard input: `screen`, `shot FILE`, `key X`, `hang MS`.
import QtQuick
import "instruments"
import org.cardash.dashboard as Cardash

Item {
    id: control

    required property var host
    // The speedometer, or the panel.
    required property var gauge
    required property bool serviceAvailable
    required property string debugText
    // The words that assistive programs read.
    readonly property string digits: gauge.digits.Accessible.name
    readonly property string banner: gauge.banner.Accessible.name
    readonly property bool night: Theme.night
    readonly property bool dark: host.dark
    readonly property string car: JSON.stringify(gauge.describe())
    property bool dialDrawn: false

    function report(event: string, more: var) {
        remote.report(JSON.stringify(Object.assign({
                        "event": event,
                        "digits": digits,
                        "banner": banner,
                        "mark": gauge.banner.visible,
                        "state": gauge.speedState,
                        "reason": gauge.reason,
                        "service": serviceAvailable,
                        "needle": Math.round(gauge.shownAngle * 100) / 100,
                        "parked": gauge.parked,
                        "night": night,
                        "dark": dark,
                        "size": `${host.width}x${host.height}`,
                        "debug": debugText,
                        "car": gauge.describe()
                    }, more)));
    }

    // As a fault in any of this would: a loop that never gets back to the events, for so many milliseconds.
    function hang(duration: double) {
        const until = Date.now() + duration;
        while (Date.now() < until) {
        }
    }

    // Later: once everything that follows from the same reading has followed.
    onDigitsChanged: settled.restart()
    onBannerChanged: settled.restart()
    onNightChanged: settled.restart()
    onDarkChanged: settled.restart()
    onCarChanged: settled.restart()

    // The second frame has all of the dial.
    Connections {
        target: control.host
        enabled: !control.dialDrawn
        function onFrameSwapped() {
            control.dialDrawn = true;
            control.report("dial", {
                    "at": Date.now()
                });
        }
    }
    Timer {
        id: settled
        interval: 0
        onTriggered: control.report("screen", {})
    }
    Component.onCompleted: report("first-frame", {
            "at": host.drawnAt
        })

    Cardash.Remote {
        id: remote
        onCommanded: line => {
            const command = line.split(" ", 1)[0];
            const argument = line.slice(command.length + 1);
            if (command === "screen")
                control.report("screen", {});
            else if (command === "key")
                control.host.press(argument.toUpperCase());
            else if (command === "hang")
                control.hang(Number(argument));
            else if (command === "shot")
                control.host.shoot(argument, saved => control.report("shot", {
                                "file": argument,
                                "saved": saved
                            }));
            else
                control.report("unknown-command", {
                        "line": line
                    });
        }
    }
}
