// The dark screen: nothing on it looks like a value, in no layout and by no light.
import QtQuick
import QtTest
import "../../qml/instruments"

Item {
    id: root
    width: 1920
    height: 720

    Panel {
        id: panel
        animated: false
        clock: "18:42"
        speedState: "stale"
        reason: "late"
        hasGear: true
        gear: "P"
        rpm: 900
        gauges: ({
                "rpm": NaN,
                "coolant": 92,
                "fuel": 64,
                "odometer": 48213456
            })
        lamps: ({
                "low": "on",
                "abs": "unknown",
                "airbag": "on"
            })
    }
    Loader {
        id: loader
        width: panel.width
        height: panel.height
        active: false
        sourceComponent: Component {
            DarkScreen {
            }
        }
    }

    TestCase {
        name: "dark"
        when: windowShown

        function cleanup() {
            loader.active = false;
            Theme.night = true;
        }

        // Pixels that are not black; every third of every third row, so that no stroke slips through.
        function lit(): int {
            const picture = grabImage(root);
            let count = 0;
            for (let y = 0; y < panel.height; y += 3)
                for (let x = 0; x < panel.width; x += 3)
                    if (picture.red(x, y) + picture.green(x, y) + picture.blue(x, y) > 0)
                        count += 1;
            return count;
        }

        function test_nothing_is_seen_data() {
            const row = (tag, width, height, night) => ({
                        "tag": tag,
                        "width": width,
                        "height": height,
                        "night": night
                    });
            return [row("tall", 800, 480, true), row("tall by day", 800, 480, false), row("wide", 1920, 720, true), row("low by day", 1280, 400, false), row("tiny", 480, 320, true)];
        }

        function test_nothing_is_seen(row) {
            panel.width = row.width;
            panel.height = row.height;
            Theme.night = row.night;
            verify(lit() > 0, "this test sees what is there");
            loader.active = true;
            compare(lit(), 0);
            loader.active = false;
            verify(lit() > 0);
        }

        function test_a_key_shows_for_a_while_what_is_below() {
            panel.width = 480;
            panel.height = 320;
            loader.active = true;
            loader.item.wakeful = 100;
            loader.item.wake();
            verify(!loader.item.covers);
            verify(lit() > 0);
            tryVerify(() => loader.item.covers, 5000);
            compare(lit(), 0);
        }
    }
}
