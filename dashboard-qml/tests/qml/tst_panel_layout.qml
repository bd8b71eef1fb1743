// The panel on its panels: everything inside, nothing on top of anything else, characters and contrast as ISO 15008 wants
// them.
import QtQuick
import QtTest
import "../../qml/instruments"
import "../../qml/instruments/sentences.js" as Sentences

Item {
    id: root
    width: 1920
    height: 720

    Rectangle {
        width: panel.width
        height: panel.height
        color: Theme.ground
        Panel {
            id: panel
            animated: false
            valid: true
            speedKmh: 187.3
            clock: "18:42"
            rpmRed: 6500
            shiftAt: 6800
        }
    }

    TestCase {
        name: "panel_layout"
        when: windowShown

        function panels() {
            const panel = (width, height, inches, race) => ({
                        "tag": `${width}x${height}, ${inches} inches${race ? ", race" : ""}`,
                        "width": width,
                        "height": height,
                        "inches": inches,
                        "race": race
                    });
            return [panel(800, 480, 7, false), panel(1024, 600, 7, false), panel(1280, 400, 7.9, false), panel(1280, 480, 10.25, false), panel(1920, 720, 12.3, false), panel(800, 480, 5, false), panel(800, 480, 4.3, false), panel(800, 480, 3.5, false), panel(480, 320, 3.5, false), panel(1280, 400, 7.9, true), panel(1920, 720, 12.3, true)];
        }

        readonly property var names: ["left", "right", "low", "high", "fogFront", "fogRear", "engine", "abs", "esc", "tyre", "door", "belt", "airbag", "battery", "oil", "park", "hazard"]

        function engine() {
            panel.gauges = {
                "rpm": NaN,
                "coolant": 118,
                "oil": 3.1,
                "fuel": 100,
                "volts": 13.9,
                "outside": -21,
                "odometer": 999999999,
                "trip": 9999456
            };
            panel.rpm = 7350;
            panel.gear = "D4";
        }

        function electric() {
            panel.gauges = {
                "power": NaN,
                "charge": 100,
                "volts": 13.9,
                "outside": -21,
                "odometer": 999999999
            };
            panel.powerKw = -33;
            panel.gear = "D";
        }

        function lay(row) {
            // The usual diagonal of a shape needs no setting.
            Theme.panelInches = row.inches < 7 ? row.inches : 0;
            panel.width = row.width;
            panel.height = row.height;
            panel.race = row.race;
            panel.hasGear = true;
            panel.speedState = "ok";
            panel.speedKmh = 187.3;
            panel.unit = "km/h";
            panel.fullScaleKmh = 240;
            lamps("on");
            engine();
        }

        function lamps(state) {
            panel.lamps = names.reduce((all, name) => Object.assign(all, {
                            [name]: state
                        }), {});
        }

        function rectangle(item) {
            const at = item.mapToItem(panel, 0, 0);
            // A large number's line is half as high again as its digits.
            if (item.hero === true) {
                const capitals = item.font.pixelSize * Theme.capital;
                return Qt.rect(at.x, at.y + (item.height - capitals) / 2, item.width, capitals);
            }
            // A text may be drawn narrower than it is.
            return item.mapToItem(panel, 0, 0, item.width, item.height);
        }

        // Texts that are seen, and lamps; the digits as one.
        function items(item) {
            const found = [];
            for (let index = 0; index < item.children.length; ++index) {
                const child = item.children[index];
                if (!child.visible)
                    continue;
                if (child === panel.digits || child.lampState !== undefined)
                    found.push(child);
                else if (child instanceof Text && child.text !== "")
                    found.push(child);
                else
                    found.push(...items(child));
            }
            return found;
        }

        function named(item) {
            return item.text ?? item.name ?? "the digits";
        }

        function overlap(a, b) {
            const air = 0.125;
            return a.x < b.x + b.width && b.x < a.x + a.width && a.y + a.height * air < b.y + b.height * (1 - air) && b.y + b.height * air < a.y + a.height * (1 - air);
        }

        function scenes() {
            return [["all lit", () => {}], ["mph", () => {
                        panel.unit = "mph";
                    }], ["lost", () => {
                        panel.rpm = NaN;
                        panel.gear = "";
                        lamps("unknown");
                        panel.gauges = Object.keys(panel.gauges).reduce((all, name) => Object.assign(all, {
                                        [name]: NaN
                                    }), {});
                    }], ["bus lost", () => {
                        panel.speedState = "no-answer";
                    }], ["without a sentence", () => {
                        lamps("off");
                        panel.gauges = Object.assign({}, panel.gauges, {
                                "coolant": 92
                            });
                    }], ["electric", electric], ["speed and engine speed", () => {
                        panel.gauges = {
                            "rpm": NaN
                        };
                        panel.lamps = {};
                        panel.hasGear = false;
                    }]];
        }

        function test_everything_has_its_place_data() {
            return panels();
        }

        function test_everything_has_its_place(row) {
            for (const [what, set] of scenes()) {
                lay(row);
                set();
                // Rows place their items when they are drawn.
                grabImage(panel.parent);
                const all = items(panel);
                for (let i = 0; i < all.length; ++i) {
                    const one = rectangle(all[i]);
                    verify(one.x >= 0 && one.y >= -one.height / 8 && one.x + one.width <= row.width && one.y + one.height <= row.height * 1.005, `${what}: ${named(all[i])} is cut off: ${one}`);
                    for (let j = i + 1; j < all.length; ++j)
                        verify(!overlap(one, rectangle(all[j])), `${what}: ${named(all[i])} ${one} lies on ${named(all[j])} ${rectangle(all[j])}`);
                    if (all[i] instanceof Text)
                        legible(all[i], row, what);
                }
                const capital = panel.digits.height;
                verify(capital >= panel.layout.t * 1.1, `${what}: the digits are only ${capital} high, text ${panel.layout.t}`);
            }
        }

        // ISO 15008: characters of at least 20 arc minutes at 700 mm on the panel's own pixels; 5:1 by night, 3:1 by day.
        function legible(item, row, what) {
            const mmPerPixel = row.inches * 25.4 / Math.hypot(row.width, row.height);
            // A lamp's question mark is a shape of its symbol.
            if (item.text === "?")
                return;
            const minutes = Math.atan(item.fontInfo.pixelSize * Theme.capital * mmPerPixel / 700) * 180 / Math.PI * 60;
            verify(minutes >= 20, `${what}: ${item.text}: ${minutes.toFixed(1)} arc minutes`);
        }

        function test_every_sentence_is_on_one_line_data() {
            return panels();
        }

        function test_every_sentence_is_on_one_line(row) {
            lay(row);
            lamps("off");
            const texts = Object.values(Sentences.alarms).concat(Object.values(Sentences.lost), Sentences.dangers.map(danger => danger[1]));
            for (const text of texts) {
                panel.banner.sentences = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map(() => ({
                                "text": text,
                                "mark": "red"
                            }));
                const words = items(panel.banner).find(item => item.text === text);
                legible(words, row, "sentence");
                // A row is laid out when it is drawn.
                tryVerify(() => panel.banner.implicitWidth <= row.width, 1000, text);
            }
            panel.banner.sentences = Qt.binding(() => panel.sentences);
        }

        function luminance(c) {
            const linear = v => v <= 0.04045 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4);
            return 0.2126 * linear(c.r) + 0.7152 * linear(c.g) + 0.0722 * linear(c.b);
        }

        function contrast(a, b) {
            const both = [luminance(a), luminance(b)];
            return (Math.max(...both) + 0.05) / (Math.min(...both) + 0.05);
        }

        function test_contrast() {
            for (const night of [true, false]) {
                Theme.night = night;
                for (const name of ["primary", "secondary", "red", "green", "amber", "accent"])
                    for (const ground of [Theme.ground, Theme.lift])
                        verify(contrast(Theme[name], ground) >= (night ? 5 : 3), `${name} by ${night ? "night" : "day"}`);
                for (const name of ["lampRed", "lampAmber", "lampGreen", "lampBlue", "lampUnknown", "lampMark"])
                    verify(contrast(Theme[name], Theme.lampGround) >= 5, `${name} by ${night ? "night" : "day"}`);
            }
            Theme.night = true;
        }
    }
}
