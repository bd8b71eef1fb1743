// Unknown is never off: each signal is taken away in turn, in each layout, and its instrument must look neither as with a
// value, nor as at the start of its scale, nor as off.
import QtQuick
import QtTest
import "../../qml/instruments"
import "../../qml/instruments/quantities.js" as Quantities

Item {
    id: root
    width: 1920
    height: 720

    Panel {
        id: panel
        animated: false
        clock: "18:42"
        rpmRed: 6500
        shiftAt: 6800
        speedKmh: 87.3
        valid: true
        speedState: "ok"
    }

    TestCase {
        name: "unknown"
        when: windowShown

        readonly property var numbers: ({
                "rpm": NaN,
                "coolant": 92,
                "oil": 3.1,
                "fuel": 64,
                "volts": 13.9,
                "outside": 21,
                "odometer": 48213456,
                "trip": 312456
            })
        readonly property var lampNames: ["left", "right", "low", "high", "fogFront", "fogRear", "engine", "abs", "esc", "tyre", "door", "belt", "airbag", "battery", "oil", "park", "hazard"]

        function layouts() {
            const row = (tag, width, height, race) => ({
                        "tag": tag,
                        "width": width,
                        "height": height,
                        "race": race
                    });
            return [row("tall", 800, 480, false), row("wide", 1920, 720, false), row("low", 1280, 400, false), row("tiny", 480, 320, false), row("race", 1280, 400, true)];
        }

        function of(names, value) {
            return names.reduce((all, name) => Object.assign(all, {
                            [name]: value
                        }), {});
        }

        function all(state) {
            return of(lampNames, state);
        }

        // The whole car with every value, and no lamp lit.
        function lay(row) {
            panel.width = row.width;
            panel.height = row.height;
            panel.race = row.race;
            panel.hasGear = true;
            panel.gear = "5";
            panel.rpm = 2350;
            panel.gauges = numbers;
            panel.lamps = all("off");
            panel.speedState = "ok";
            compare(panel.layout.family, row.tag);
            compare(panel.missing.length, 0);
        }

        // Pictures of an instrument: with its value, with the least of its scale, and lost.
        function differs(item, value, least, lost, what) {
            const picture = set => {
                set();
                return grabImage(item());
            };
            const pictures = [picture(value), picture(least), picture(lost)];
            verify(!pictures[2].equals(pictures[0]), `${what}: lost looks as with a value`);
            verify(!pictures[2].equals(pictures[1]), `${what}: lost looks as at the start of its scale`);
        }

        function with_(name, number) {
            return () => panel.gauges = Object.assign({}, numbers, {
                        [name]: number
                    });
        }

        function gaugeItem(name) {
            for (let index = 0; index < panel.smallGauges.count; ++index)
                if (panel.smallGauges.itemAt(index).quantity === name)
                    return panel.smallGauges.itemAt(index);
            return null;
        }

        // What the design leaves out where there is no room; each has a lamp or a place elsewhere.
        function leftOut(family) {
            return {
                "tall": [],
                "wide": [],
                "low": ["oil", "volts", "trip"],
                "tiny": ["oil", "volts", "trip", "odometer", "outside"],
                "race": ["fuel", "volts", "trip", "odometer"]
            }[family];
        }

        function test_gauges_data() {
            return layouts();
        }

        function test_gauges(row) {
            lay(row);
            for (const name of Object.keys(numbers).filter(name => name !== "rpm" && !leftOut(row.tag).includes(name))) {
                const small = gaugeItem(name) !== null;
                const item = () => small ? gaugeItem(name) : panel.infoLine;
                const least = small ? Quantities.gauges[name].least : 0;
                // Of the line itself: a sentence takes its place in a tall window, and that proves nothing of it.
                if (small) {
                    differs(item, with_(name, numbers[name]), with_(name, least), with_(name, NaN), name);
                    const lost = gaugeItem(name);
                    verify(!lost.points && lost.text === Quantities.dashes, `${name}: ${lost.text}`);
                } else {
                    const set = number => () => panel.infoLine.gauges = Object.assign({}, numbers, {
                                    [name]: number
                                });
                    differs(item, set(numbers[name]), set(0), set(NaN), name);
                    panel.infoLine.gauges = Qt.binding(() => panel.infoLine.taken ? ({}) : panel.gauges);
                }
                lay(row);
            }
        }

        // With it lost a sentence says so, in each layout, whether its instrument is there or not.
        function test_a_sentence_names_what_is_lost_data() {
            return layouts();
        }

        function test_a_sentence_names_what_is_lost(row) {
            lay(row);
            verify(!panel.banner.visible);
            for (const name of Object.keys(numbers)) {
                if (name === "rpm")
                    panel.rpm = NaN;
                else
                    with_(name, NaN)();
                verify(panel.banner.visible && /unknown/.test(panel.banner.text), `${name}: ${panel.banner.text}`);
                lay(row);
            }
            panel.gear = "";
            compare(panel.banner.text, "Gear unknown");
        }

        function test_engine_speed_data() {
            return layouts();
        }

        function test_engine_speed(row) {
            lay(row);
            const set = rpm => () => panel.rpm = rpm;
            differs(() => panel.driveTrack, set(2350), set(0), set(NaN), "rpm");
            verify(!panel.driveTrack.live && panel.driveTrack.parked);
        }

        function test_gear_data() {
            return layouts();
        }

        function test_gear(row) {
            lay(row);
            const before = grabImage(panel);
            panel.gear = "";
            compare(panel.describe().gear, "unknown");
            verify(!grabImage(panel).equals(before));
            const dash = find(panel, item => item.Accessible.name === "gear unknown");
            compare(dash.text, "\u2013");
            verify(dash.visible);
        }

        function test_speed_data() {
            return layouts();
        }

        function test_speed(row) {
            lay(row);
            const set = (kmh, state) => () => {
                    panel.speedKmh = kmh;
                    panel.speedState = state;
                };
            differs(() => panel.digits, set(87.3, "ok"), set(0, "ok"), set(87.3, "stale"), "speed");
            compare(panel.digits.text, "---");
            if (panel.speedTrack.visible)
                verify(panel.speedTrack.parked);
            panel.speedKmh = 87.3;
        }

        function find(item, fits) {
            for (let index = 0; index < item.children.length; ++index) {
                const child = item.children[index];
                const found = fits(child) ? child : find(child, fits);
                if (found)
                    return found;
            }
            return null;
        }

        function lampItem(name) {
            return find(panel.lampField, item => item.lampState !== undefined && item.name === name);
        }

        function test_lamps_data() {
            return layouts();
        }

        function test_lamps(row) {
            lay(row);
            for (const name of lampNames) {
                const set = state => panel.lamps = Object.assign(all("off"), {
                            [name]: state
                        });
                set("on");
                const on = grabImage(lampItem(name));
                const place = Qt.point(lampItem(name).x, lampItem(name).y);
                set("unknown");
                const lamp = lampItem(name);
                verify(lamp !== null && lamp.visible, `${name}: unknown looks as off`);
                const unknown = grabImage(lamp);
                verify(!unknown.equals(on), `${name}: unknown looks as on`);
                verify(hasMark(lamp), `${name}: unknown differs by its colour alone`);
                compare(Qt.point(lamp.x, lamp.y), place, name);
                set("off");
                verify(lampItem(name) === null || !lampItem(name).visible, `${name}: off is not dark`);
            }
            // A word of a service to come.
            const abs = state => {
                panel.lamps = Object.assign(all("off"), {
                        "abs": state
                    });
                return grabImage(lampItem("abs"));
            };
            verify(abs("dimmed").equals(abs("unknown")), "a strange word looks as something that is known");
        }

        function hasMark(lamp) {
            return find(lamp, item => item.text === "?" && item.visible) !== null;
        }

        function test_without_the_bus_everything_is_unknown_and_one_sentence_says_it_data() {
            return layouts();
        }

        function test_without_the_bus_everything_is_unknown_and_one_sentence_says_it(row) {
            lay(row);
            panel.speedState = "can-down";
            panel.rpm = NaN;
            panel.gear = "";
            panel.gauges = of(Object.keys(numbers), NaN);
            panel.lamps = all("unknown");
            compare(panel.sentences.map(sentence => sentence.text), ["CAN bus is down"]);
            compare(panel.lampStates.can, "on");
            verify(panel.lampField.packed ? panel.lampField.more > 0 : lampItem("can").visible);
        }
    }
}
