// The scale by value: where ticks, numerals, needle and lit band stand, read from the picture.
import QtQuick
import QtTest
import "../../qml/instruments"
import "../../qml/instruments/speed.js" as Speed

Item {
    id: root
    width: 1920
    height: 720

    Rectangle {
        width: speedometer.width
        height: speedometer.height
        color: Theme.ground
        Speedometer {
            id: speedometer
            width: 800
            height: 480
            speedState: "ok"
            valid: true
        }
    }

    TestCase {
        name: "scale"
        when: windowShown

        function init() {
            Theme.night = true;
            Theme.panelInches = 0;
        }

        function show(kmh, fullScale, unit) {
            speedometer.fullScaleKmh = fullScale;
            speedometer.unit = unit;
            speedometer.speedKmh = kmh;
            tryCompare(speedometer, "needleAngle", speedometer.angle, 5000);
            waitForRendering(speedometer, 200);
            return grabImage(speedometer.parent);
        }

        // Degrees clockwise from twelve o'clock, computed here and not by the instrument.
        function angle(value, end) {
            return speedometer.geometry.halfSweep * (2 * value / end - 1);
        }

        // The brightest of the pixels about this place: 0 to 1.
        function brightness(picture, degrees, part) {
            const g = speedometer.geometry;
            const x = g.centreX + g.radius * part * Math.sin(degrees * Math.PI / 180);
            const y = g.centreY - g.radius * part * Math.cos(degrees * Math.PI / 180);
            let most = 0;
            for (let dx = -1; dx <= 1; ++dx)
                for (let dy = -1; dy <= 1; ++dy)
                    most = Math.max(most, picture.pixel(Math.round(x) + dx, Math.round(y) + dy).hslLightness);
            return most;
        }

        function numerals(item) {
            const found = [];
            for (let index = 0; index < item.children.length; ++index) {
                const child = item.children[index];
                if (child instanceof Text && child !== speedometer.digits && /^\d+$/.test(child.text) && child.font.pixelSize === speedometer.textSize)
                    found.push(child);
                if (child !== speedometer.digits)
                    found.push(...numerals(child));
            }
            return found;
        }

        function scales() {
            const rows = [];
            for (const [width, height, inches] of [[800, 480, 7], [1280, 400, 7.9], [800, 480, 4.3], [800, 480, 3.5]])
                for (const unit of ["km/h", "mph"])
                    for (const full of [160, 180, 200, 210, 220, 225, 237, 240, 250, 260, 280, 299, 300])
                        rows.push({
                                "tag": `${width}x${height}, ${inches} inches, ${full} km/h in ${unit}`,
                                "width": width,
                                "height": height,
                                "inches": inches,
                                "unit": unit,
                                "full": full
                            });
            return rows;
        }

        function test_both_ends_have_a_numeral_and_each_stands_at_its_value_data() {
            return scales();
        }

        function test_both_ends_have_a_numeral_and_each_stands_at_its_value(row) {
            Theme.panelInches = row.inches;
            speedometer.width = row.width;
            speedometer.height = row.height;
            speedometer.fullScaleKmh = row.full;
            speedometer.unit = row.unit;
            const texts = numerals(speedometer);
            const values = texts.map(text => Number(text.text));
            const end = Math.max(...values);
            compare(Math.min(...values), 0);
            compare(end, speedometer.geometry.fullScale);
            const wanted = row.unit === "mph" ? row.full / 1.609344 : row.full;
            verify(end >= wanted && end <= wanted + 40, `${end} for ${wanted}`);
            verify(values.length >= 4 && new Set(values).size === values.length, values.join(" "));
            for (const text of texts) {
                const at = text.mapToItem(speedometer, text.width / 2, text.height / 2);
                const degrees = Math.atan2(at.x - speedometer.geometry.centreX, speedometer.geometry.centreY - at.y) * 180 / Math.PI;
                fuzzyCompare(degrees, angle(Number(text.text), end), 0.2);
            }
        }

        function test_each_tick_stands_at_its_value_data() {
            const row = (width, height, full, unit, major, minor) => ({
                        "tag": `${width}x${height}, ${full} km/h in ${unit}`,
                        "width": width,
                        "height": height,
                        "full": full,
                        "unit": unit,
                        "major": major,
                        "minor": minor
                    });
            return [row(800, 480, 240, "km/h", 20, 10), row(1280, 400, 240, "km/h", 40, 10), row(1920, 720, 240, "km/h", 20, 10), row(800, 480, 300, "km/h", 50, 10), row(800, 480, 225, "km/h", 25, 5), row(800, 480, 240, "mph", 20, 10)];
        }

        function test_each_tick_stands_at_its_value(row) {
            speedometer.width = row.width;
            speedometer.height = row.height;
            const picture = show(0, row.full, row.unit);
            const end = speedometer.geometry.fullScale;
            const outer = 1 - Theme.band - Theme.tickGap;
            const majorOnly = outer - (Theme.tickMinor + Theme.tickMajor) / 2;
            const each = outer - Theme.tickMinor / 2;
            const dark = 0.2;
            for (let value = row.minor; value <= end; value += row.minor) {
                const here = angle(value, end);
                const beside = angle(value - row.minor / 2, end);
                verify(brightness(picture, here, each) > dark, `no tick at ${value}`);
                verify(brightness(picture, beside, each) < dark, `a tick before ${value}`);
                compare(brightness(picture, here, majorOnly) > 0.6, value % row.major === 0, `the long tick at ${value}`);
            }
        }

        function test_each_numeral_has_a_tick() {
            for (const [step, parts] of Speed.steps)
                compare(step % parts, 0, `${step} in parts of ${parts}`);
            compare(Speed.tickStep(50), 10);
        }

        // The blade is bright where it should be, and nowhere beside; the band is lit behind it, and only there.
        function test_needle_and_lit_band_data() {
            const row = kmh => ({
                        "tag": `${kmh} km/h`,
                        "kmh": kmh
                    });
            return [row(23), row(87), row(131), row(190), row(233)];
        }

        function test_needle_and_lit_band(row) {
            speedometer.width = 800;
            speedometer.height = 480;
            const picture = show(row.kmh, 240, "km/h");
            const here = angle(row.kmh, 240);
            const blade = 1 - Theme.band - Theme.tickGap / 2;
            const band = 1 - Theme.band / 2;
            verify(brightness(picture, here, blade) > 0.8);
            for (const beside of [-2, 2])
                verify(brightness(picture, here + beside, blade) < 0.5, `${beside} degrees beside`);
            const unlit = brightness(picture, here + 4, band);
            for (let behind = 4; here - behind > angle(0, 240); behind += 10)
                verify(brightness(picture, here - behind, band) > unlit + 0.15, `not lit ${behind} degrees behind the needle`);
            for (let ahead = 4; here + ahead < angle(240, 240); ahead += 10)
                verify(brightness(picture, here + ahead, band) < 0.25, `lit ${ahead} degrees ahead of the needle`);
        }

        function test_the_needle_lies_on_no_numeral() {
            const g = speedometer.geometry;
            for (const [width, height] of [[800, 480], [1024, 600], [1280, 400], [1920, 720]]) {
                speedometer.width = width;
                speedometer.height = height;
                for (const text of numerals(speedometer)) {
                    const at = text.mapToItem(speedometer, text.width / 2, text.height / 2);
                    const degrees = angle(Number(text.text), g.fullScale);
                    for (let part = 1 - Theme.blade; part <= 1; part += 0.002) {
                        const x = g.centreX + g.radius * part * Math.sin(degrees * Math.PI / 180);
                        const y = g.centreY - g.radius * part * Math.cos(degrees * Math.PI / 180);
                        verify(Math.abs(x - at.x) > text.width / 2 || Math.abs(y - at.y) > speedometer.textSize * Theme.capital / 2, `${text.text} at ${width}x${height}`);
                    }
                }
            }
        }
    }
}
