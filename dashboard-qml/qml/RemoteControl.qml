// --remote, for tests: writes what is on the screen to standard output as a line of JSON at each change,
// and obeys lines from standard input: `screen`, `shot FILE`, `key X`.
import QtQuick
import "instruments"
import org.cardash.dashboard as Cardash

Item {
    id: control

    required property var window
    required property Speedometer speedometer
    required property bool serviceAvailable
    required property string debugText
    // The words that assistive programs read.
    readonly property string digits: speedometer.digits.Accessible.name
    readonly property string banner: speedometer.banner.Accessible.name
    property bool drawn: false

    function report(event: string, more: var) {
        remote.report(JSON.stringify(Object.assign({
                        "event": event,
                        "digits": digits,
                        "banner": banner,
                        "mark": speedometer.banner.visible,
                        "state": speedometer.speedState,
                        "service": serviceAvailable,
                        "needle": Math.round(speedometer.shownAngle * 100) / 100,
                        "parked": speedometer.shownAngle === speedometer.geometry.park,
                        "night": Theme.night,
                        "debug": debugText
                    }, more)));
    }

    onDigitsChanged: report("screen", {})
    onBannerChanged: report("screen", {})

    Connections {
        target: control.window
        function onFrameSwapped() {
            if (!control.drawn)
                control.report("first-frame", {});
            control.drawn = true;
        }
    }
    Cardash.Remote {
        id: remote
        onCommanded: line => {
            const command = line.split(" ", 1)[0];
            const argument = line.slice(command.length + 1);
            if (command === "screen")
                control.report("screen", {});
            else if (command === "key")
                control.window.press(argument);
            else if (command === "shot")
                control.window.shoot(argument, saved => control.report("shot", {
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
