// UN R39 rounding, units and the scale.
import QtQuick
import QtTest
import "../../qml/instruments/speed.js" as Speed

TestCase {
    name: "speed"

    function test_rounds_up_data() {
        return [{
                "tag": "standing",
                "kmh": 0,
                "unit": "km/h",
                "shown": 0
            }, {
                "tag": "creeping",
                "kmh": 0.01,
                "unit": "km/h",
                "shown": 1
            }, {
                "tag": "just above",
                "kmh": 87.01,
                "unit": "km/h",
                "shown": 88
            }, {
                "tag": "just below",
                "kmh": 86.99,
                "unit": "km/h",
                "shown": 87
            }, {
                "tag": "whole",
                "kmh": 87,
                "unit": "km/h",
                "shown": 87
            }, {
                "tag": "float noise",
                "kmh": 50.0000001,
                "unit": "km/h",
                "shown": 50
            }, {
                "tag": "sum of tenths",
                "kmh": 0.1 + 0.2 + 49.7,
                "unit": "km/h",
                "shown": 50
            }, {
                "tag": "50 mph",
                "kmh": 80.4672,
                "unit": "mph",
                "shown": 50
            }, {
                "tag": "above 50 mph",
                "kmh": 80.49,
                "unit": "mph",
                "shown": 51
            },];
    }

    function test_rounds_up(row) {
        compare(Speed.indicated(row.kmh, row.unit, 0), row.shown);
    }

    // 0 <= shown - true <= 0.1 * true + 4 km/h (2.5 mph), whatever was shown before, with tyres within 2.5 % either
    // way: IndicatedSpeed is the true speed when they read as low as that, and this much above when as high.
    function test_is_within_r39() {
        const highest = 1.025 / 0.975;
        for (const unit of ["km/h", "mph"])
            for (let hundredth = 0; hundredth <= 30000; hundredth += 7)
                for (const part of [0, 0.25, 0.5, 0.75, 1])
                    for (const before of [0, 1, 2]) {
                        const kmh = hundredth / 100;
                        const indicated = kmh * (1 + part * (highest - 1));
                        const shown = Speed.indicated(indicated, unit, Math.ceil(Speed.inUnit(indicated, unit)) + before);
                        const shownKmh = unit === "mph" ? shown * Speed.kmPerMile : shown;
                        const above = shownKmh - kmh;
                        if (!(above > -1e-5 && above <= 0.1 * kmh + 4))
                            fail(`${shown} ${unit} for ${kmh} km/h`);
                    }
    }

    function test_does_not_flicker() {
        let shown = 0;
        const seen = [];
        for (const kmh of [86.9, 87.05, 86.95, 87.1, 86.9, 87.0]) {
            shown = Speed.indicated(kmh, "km/h", shown);
            seen.push(shown);
        }
        compare(seen, [87, 88, 88, 88, 88, 88]);
        compare(Speed.indicated(86.7, "km/h", shown), 87);
        compare(Speed.indicated(0, "km/h", 1), 0);
    }

    function test_full_scale_and_labels() {
        compare(Speed.fullScale(240, "km/h"), 240);
        compare(Speed.fullScale(240, "mph"), 160);
        verify(Speed.fullScale(160, "mph") * Speed.kmPerMile >= 160);
        compare(Speed.labelStep(240, 1000, 80), 20);
        compare(Speed.labelStep(240, 400, 80), 60);
        compare(Speed.labelStep(300, 800, 100), 50);
        compare(Speed.labelStep(180, 800, 100), 30);
        compare(Speed.labelStep(225, 1000, 100), 25);
        // No step that has room divides it: the one that comes nearest.
        compare(Speed.labelStep(260, 800, 100), 40);
        compare(Speed.scaleEnd(260, 40), 280);
        compare(Speed.scaleEnd(240, 40), 240);
        compare(Speed.range(240, 40), [0, 40, 80, 120, 160, 200, 240]);
    }
}
