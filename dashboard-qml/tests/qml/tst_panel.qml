// The panel: what it shows of which car, the lamp test, alarms and sentences.
import QtQuick
import QtTest
import "../../qml/instruments"
import "../../qml/instruments/icons.js" as Icons
import "../../qml/instruments/sentences.js" as Sentences

Item {
    id: root
    width: 800
    height: 480

    property int frames: 0

    Panel {
        id: panel
        anchors.fill: parent
        speedKmh: 50
        valid: true
        speedState: "ok"
    }
    Connections {
        target: root.Window.window
        function onFrameSwapped() {
            root.frames += 1;
        }
    }

    TestCase {
        name: "panel"
        when: windowShown

        function init() {
            panel.animated = false;
            panel.test = false;
            panel.held = false;
            panel.race = false;
            panel.speedKmh = 50;
            panel.speedState = "ok";
            panel.reason = "";
            panel.unit = "km/h";
            panel.fahrenheit = false;
            panel.hasGear = true;
            panel.gear = "3";
            panel.rpm = 2000;
            panel.gauges = {
                "rpm": NaN,
                "coolant": 90,
                "oil": 3,
                "fuel": 50,
                "volts": 14,
                "outside": 20,
                "odometer": 1609344,
                "trip": 16093
            };
            panel.lamps = {
                "low": "on",
                "abs": "off",
                "belt": "off",
                "oil": "off"
            };
            panel.leftSide = ["rpm", "power", "coolant", "oil"];
            panel.rightSide = ["fuel", "charge", "volts"];
            root.width = 800;
            root.height = 480;
        }

        function quantities() {
            return panel.shownGauges.map(gauge => gauge[0]);
        }

        function without(name) {
            const left = Object.assign({}, panel.gauges);
            delete left[name];
            panel.gauges = left;
        }

        function test_what_is_not_in_the_car_leaves_no_gap() {
            compare(quantities(), ["coolant", "oil", "fuel", "volts"]);
            verify(panel.layout.split);
            const narrow = panel.layout.radius;
            without("oil");
            compare(quantities(), ["coolant", "fuel", "volts"]);
            for (const name of ["coolant", "fuel", "volts"])
                without(name);
            compare(quantities(), []);
            verify(panel.layout.radius !== narrow, "the arch takes the room");
            without("rpm");
            verify(!panel.layout.split && !panel.driveTrack.visible, "the arch is whole");
            panel.lamps = {};
            compare(panel.layout.strip, 0);
            panel.hasGear = false;
            verify(!panel.layout.gearBelow && !panel.layout.gearBeside);
        }

        function test_a_lamp_keeps_its_place() {
            const at = () => {
                const places = {};
                for (let index = 0; index < panel.lampField.children.length; ++index) {
                    const lamp = panel.lampField.children[index];
                    if (lamp.lampState !== undefined)
                        places[lamp.name] = lamp.x;
                }
                return places;
            };
            const before = at();
            panel.lamps = {
                "low": "off",
                "abs": "unknown",
                "belt": "on",
                "oil": "off"
            };
            compare(at(), before);
            verify(before.low < before.abs && before.abs < before.can && before.can < before.belt && before.belt < before.oil);
        }

        // Values that change make no instrument anew, and no sentence that was chosen is left for the first.
        function test_a_change_makes_nothing_anew() {
            panel.animated = true;
            panel.gauges = Object.assign({}, panel.gauges, {
                    "fuel": NaN,
                    "volts": NaN
                });
            const gauge = panel.smallGauges.itemAt(0);
            const lamp = panel.lampField.children[0];
            panel.nextSentence();
            const said = panel.banner.text;
            panel.gauges = Object.assign({}, panel.gauges, {
                    "coolant": 91
                });
            panel.lamps = Object.assign({}, panel.lamps, {
                    "low": "off"
                });
            compare(panel.smallGauges.itemAt(0), gauge);
            compare(panel.lampField.children[0], lamp);
            compare(panel.banner.text, said);
            // The number follows twice a second, and at once what is lost.
            panel.gauges = Object.assign({}, panel.gauges, {
                    "coolant": 70
                });
            tryCompare(gauge, "text", "91");
            tryCompare(gauge, "text", "70", 2000);
            panel.gauges = Object.assign({}, panel.gauges, {
                    "coolant": NaN
                });
            const looks = item => [item.points, item.text];
            compare(looks(gauge)[0], false);
            verify(!/\d/.test(looks(gauge)[1]));
            panel.animated = false;
        }

        function test_the_settings_choose() {
            panel.leftSide = ["rpm"];
            panel.rightSide = ["fuel", "coolant"];
            compare(quantities(), ["fuel", "coolant"]);
            compare(panel.drive, "rpm");
            panel.leftSide = ["coolant"];
            compare(panel.drive, "");
            verify(!panel.layout.split);
            // What the car does not have is not there, whoever asks for it.
            panel.rightSide = ["charge", "fuel"];
            compare(quantities(), ["coolant", "fuel"]);
        }

        function test_units() {
            panel.unit = "mph";
            panel.fahrenheit = true;
            const texts = {};
            for (let index = 0; index < panel.smallGauges.count; ++index)
                texts[panel.smallGauges.itemAt(index).quantity] = panel.smallGauges.itemAt(index).text;
            compare(texts.coolant, "194");
            compare(texts.oil, "44");
            compare(texts.fuel, "50");
            compare(texts.volts, "14.0");
        }

        function test_the_lamp_test_invents_nothing_and_ends() {
            panel.held = true;
            compare(panel.banner.text, "Lamp test");
            compare(panel.digits.text, "---");
            for (let index = 0; index < panel.smallGauges.count; ++index) {
                const gauge = panel.smallGauges.itemAt(index);
                verify(gauge.points && !/\d/.test(gauge.text), gauge.text);
            }
            for (const id of Object.keys(panel.lamps))
                compare(panel.lampField.stateOf(id), "on");
            panel.held = false;
            compare(panel.lampField.stateOf("abs"), "off");
            compare(panel.lampField.stateOf("low"), "on");
            panel.speedKmh = 0;
            panel.test = true;
            verify(panel.testing);
            tryVerify(() => !panel.testing, 3000);
            panel.test = false;
            panel.test = true;
            verify(panel.testing);
            panel.skipSweep();
            verify(!panel.testing, "by a key");
            panel.test = false;
            panel.test = true;
            panel.speedKmh = 1;
            verify(!panel.testing, "by a car that moves");
        }

        function test_alarms_colour_the_gauge_and_say_a_sentence() {
            panel.gauges = Object.assign({}, panel.gauges, {
                    "coolant": 118,
                    "fuel": 9
                });
            compare(panel.banner.text, "Engine too hot");
            compare(panel.banner.mark, "red");
            compare(panel.banner.more, 1);
            tryCompare(panel.smallGauges.itemAt(0), "alarm", "red");
            tryCompare(panel.smallGauges.itemAt(2), "alarm", "amber");
            panel.nextSentence();
            compare(panel.banner.text, "Fuel is low");
            panel.nextSentence();
            compare(panel.banner.text, "Engine too hot");
            // It stays until the limit below.
            panel.gauges = Object.assign({}, panel.gauges, {
                    "coolant": 112,
                    "fuel": 17
                });
            compare(panel.banner.text, "Engine too hot");
            panel.gauges = Object.assign({}, panel.gauges, {
                    "coolant": 110
                });
            compare(panel.banner.text, "");
        }

        // With a car that moves values: a limit that is passed for a moment is no alarm.
        function test_an_alarm_waits() {
            panel.animated = true;
            panel.gauges = Object.assign({}, panel.gauges, {
                    "coolant": 118
                });
            wait(100);
            compare(panel.banner.text, "");
            tryCompare(panel.banner, "text", "Engine too hot", 4000);
            panel.animated = false;
        }

        function test_low_pressure_without_a_turning_engine_is_nothing() {
            panel.gauges = Object.assign({}, panel.gauges, {
                    "oil": 0
                });
            panel.rpm = 0;
            compare(panel.banner.text, "");
            panel.rpm = 900;
            compare(panel.banner.text, "Oil pressure is low");
        }

        // A car that sends the pressure and no lamp has one by its number.
        function test_a_lamp_of_the_clusters_own() {
            panel.lamps = {
                "abs": "off"
            };
            compare(panel.lampStates.oil, "off");
            const oil = number => panel.gauges = Object.assign({}, panel.gauges, {
                        "oil": number
                    });
            oil(0.2);
            compare(panel.lampStates.oil, "on");
            oil(NaN);
            compare(panel.lampStates.oil, "unknown");
        }

        function test_sentences_have_an_order_and_are_short() {
            const said = Sentences.all("degraded", "slip", ["fuelLow", "hot"], ["rpm"], {
                    "belt": "on",
                    "abs": "unknown",
                    "esc": "unknown"
                }, true).map(sentence => sentence.text);
            compare(said, ["Engine too hot", "Fasten seat belt", "Wheels slip", "Fuel is low", "Engine speed unknown", "2 lamps are unknown"]);
            const texts = Object.values(Sentences.alarms).concat(Object.values(Sentences.lost), Sentences.dangers.map(danger => danger[1]));
            for (const text of texts)
                verify(text.length <= 24, text);
        }

        function test_a_door_is_news_to_who_drives() {
            panel.lamps = {
                "door": "on"
            };
            compare(panel.banner.text, "A door is open");
            panel.speedKmh = 0;
            compare(panel.banner.text, "");
        }

        function test_every_lamp_has_a_symbol() {
            for (const lamp of Icons.lamps.map(lamp => lamp.id).concat(Icons.arrows))
                verify(Object.values(Icons.paths[lamp]).join("").length > 20, lamp);
        }

        function test_race_is_chosen_and_needs_a_wide_window_and_an_engine() {
            panel.race = true;
            compare(panel.layout.family, "tall");
            root.width = 1280;
            root.height = 400;
            compare(panel.layout.family, "race");
            without("rpm");
            compare(panel.layout.family, "low");
        }

        function test_nothing_is_drawn_at_rest() {
            panel.animated = true;
            let drawn = -1;
            for (let attempt = 0; attempt < 5 && drawn !== 0; ++attempt) {
                root.frames = 0;
                wait(700);
                drawn = root.frames;
            }
            compare(drawn, 0, "frames at rest");
            panel.rpm = 3000;
            tryVerify(() => root.frames > 0, 5000, "and this test counts frames");
        }
    }
}
