// What the speedometer shows for a value and for each state.
import QtQuick
import QtTest
import "../../qml/instruments"
import "../../qml/instruments/states.js" as States

Item {
    id: root
    width: 800
    height: 480

    property double settledAt: 0
    property int frames: 0

    Speedometer {
        id: speedometer
        anchors.fill: parent
        onNeedleAngleChanged: {
            if (needleAngle === angle)
                root.settledAt = Date.now();
        }
    }
    Connections {
        target: root.Window.window
        function onFrameSwapped() {
            root.frames += 1;
        }
    }

    TestCase {
        name: "speedometer"
        when: windowShown

        readonly property var silent: ["implausible", "stale", "no-data", "can-down", "starting", "no-service", "no-answer", "no-bus", "unknown", "toString", ""]

        function show(kmh, state) {
            speedometer.speedState = state;
            speedometer.speedKmh = kmh;
            speedometer.valid = true;
            tryCompare(speedometer, "needleAngle", speedometer.angle, 1000);
        }

        function init() {
            speedometer.unit = "km/h";
            speedometer.fullScaleKmh = 240;
            speedometer.reason = "";
            speedometer.sweep = false;
        }

        function test_needle_angle_data() {
            const row = (kmh, part) => ({
                        "tag": `${kmh} km/h`,
                        "kmh": kmh,
                        "part": part
                    });
            return [row(0, -1), row(60, -0.5), row(120, 0), row(180, 0.5), row(240, 1), row(300, 1)];
        }

        function test_needle_angle(row) {
            show(row.kmh, "ok");
            fuzzyCompare(speedometer.shownAngle, row.part * speedometer.geometry.halfSweep, 1e-6);
        }

        function test_needle_in_mph() {
            speedometer.unit = "mph";
            show(80 * 1.609344, "ok");
            fuzzyCompare(speedometer.shownAngle, 0, 1e-6);
            compare(speedometer.digits.text, "80");
            compare(speedometer.digits.Accessible.name, "80 mph");
        }

        function test_no_number_without_a_state_that_has_one_data() {
            return silent.map(state => ({
                            "tag": state,
                            "state": state
                        }));
        }

        function test_no_number_without_a_state_that_has_one(row) {
            show(87.3, "ok");
            compare(speedometer.digits.text, "88");
            // The number is still there: the state alone must take it away, at once.
            speedometer.speedState = row.state;
            compare(speedometer.digits.text, "---");
            compare(speedometer.digits.Accessible.name, "no speed");
            tryCompare(speedometer, "shownAngle", speedometer.geometry.park, 1000);
            verify(speedometer.geometry.park < speedometer.geometry.angleFor(0) - 3);
            compare(speedometer.banner.visible, row.state !== "starting");
            compare(speedometer.banner.Accessible.name === "", row.state === "starting");
        }

        function test_a_parked_needle_stays_parked_in_a_dial_of_another_shape() {
            show(NaN, "stale");
            tryCompare(speedometer, "shownAngle", speedometer.geometry.park, 1000);
            const before = speedometer.geometry.park;
            root.width = 480;
            verify(Math.abs(speedometer.geometry.park - before) > 5, "the dial has another shape");
            for (let step = 0; step < 10; ++step) {
                compare(speedometer.shownAngle, speedometer.geometry.park);
                wait(15);
            }
            root.width = 800;
            compare(speedometer.shownAngle, speedometer.geometry.park);
        }

        function test_no_number_for_an_impossible_one() {
            for (const kmh of [NaN, Infinity, -1]) {
                speedometer.speedState = "ok";
                speedometer.valid = true;
                speedometer.speedKmh = kmh;
                compare(speedometer.digits.text, "---");
            }
        }

        function test_degraded_has_number_and_mark() {
            show(87.3, "degraded");
            compare(speedometer.digits.text, "88");
            verify(speedometer.banner.visible);
            show(87.3, "ok");
            verify(!speedometer.banner.visible);
        }

        function test_each_state_has_its_own_sentence() {
            const sentences = silent.slice(0, 8).filter(state => state !== "starting").map(state => States.sentence(state, ""));
            compare(new Set(sentences).size, 7);
        }

        function test_the_sentence_follows_the_reason() {
            show(87.3, "degraded");
            compare(speedometer.banner.text, "Speed less certain");
            speedometer.reason = "slip";
            compare(speedometer.banner.text, "Wheels slip");
            // A word of a service that is newer, and words that every object of JavaScript knows.
            for (const word of ["made-up", "toString", "__proto__"]) {
                speedometer.reason = word;
                compare(speedometer.banner.text, "Speed less certain");
            }
            speedometer.reason = "sliding";
            speedometer.speedState = "implausible";
            compare(speedometer.banner.text, "All wheels may slide");
            // A reason does not make a state out of a word that is none, nor a fault out of "ok".
            speedometer.speedState = "made-up";
            compare(speedometer.banner.text, "Unknown speed state");
            speedometer.speedState = "ok";
            compare(speedometer.banner.text, "");
            speedometer.reason = "";
        }

        function test_every_reason_for_a_speed_has_its_own_sentence() {
            const sentences = new Set();
            const degraded = ["wheel-left-out", "axle-left-out", "slip", "few-witnesses", "held", "wide-uncertainty", "delivered-late", ""];
            for (const reason of degraded)
                sentences.add(States.sentence("degraded", reason));
            compare(sentences.size, degraded.length);
        }

        // Settled within 100 ms. A busy machine may draw late, but not every time.
        function test_needle_settles() {
            let least = Infinity;
            for (let attempt = 0; attempt < 30 && least > 100; ++attempt) {
                show(20, "ok");
                root.settledAt = 0;
                const start = Date.now();
                speedometer.speedKmh = 30;
                verify(speedometer.needleAngle < speedometer.angle, "it moves, and does not leap");
                tryVerify(() => root.settledAt > 0, 5000);
                least = Math.min(least, root.settledAt - start);
            }
            verify(least <= 100, `settled in ${least} ms at the soonest`);
        }

        // With nothing to show but the same speed, or none, nothing is drawn: an idle cluster costs nothing.
        function test_nothing_is_drawn_at_rest_data() {
            const row = state => ({
                        "tag": state,
                        "state": state
                    });
            return [row("ok"), row("degraded"), row("stale")];
        }

        function test_nothing_is_drawn_at_rest(row) {
            show(87, row.state);
            let drawn = -1;
            // Frames of what went before may still come; an animation that does not end comes in every second.
            for (let attempt = 0; attempt < 5 && drawn !== 0; ++attempt) {
                root.frames = 0;
                wait(1000);
                drawn = root.frames;
            }
            compare(drawn, 0, "frames in a second at rest");
            speedometer.speedKmh = 120;
            speedometer.speedState = "ok";
            tryVerify(() => root.frames > 0, 5000, "and this test counts frames");
        }

        function test_sweep_ends_by_itself_by_key_and_by_driving() {
            show(0, "ok");
            speedometer.sweep = true;
            tryVerify(() => speedometer.shownAngle > 0, 5000);
            speedometer.skipSweep();
            fuzzyCompare(speedometer.shownAngle, speedometer.geometry.angleFor(0), 1e-6);
            speedometer.sweep = false;
            speedometer.sweep = true;
            tryVerify(() => speedometer.sweeping, 1000);
            tryVerify(() => !speedometer.sweeping, 5000);
            speedometer.sweep = false;
            speedometer.sweep = true;
            speedometer.speedKmh = 5;
            verify(!speedometer.sweeping);
        }

        // The needle's picture, and proof that the comparison sees a wrong one.
        function test_the_picture_tells_a_wrong_needle() {
            const at = kmh => {
                show(kmh, "ok");
                wait(50);
                return grabImage(speedometer);
            };
            const right = at(87);
            verify(right.equals(at(87)));
            verify(!right.equals(at(91)));
        }
    }
}
