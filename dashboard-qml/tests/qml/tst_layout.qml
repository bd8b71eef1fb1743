// The four panels: everything inside, nothing on top of anything else, characters as ISO 15008 wants them.
import QtQuick
import QtTest
import "../../qml/instruments"
import "../../qml/instruments/states.js" as States

Item {
    id: root
    width: 1920
    height: 720

    Speedometer {
        id: speedometer
        speedKmh: 187.3
        valid: true
        speedState: "degraded"
        demo: true
    }
    TextMetrics {
        id: metrics
        font.family: Theme.family
        font.pixelSize: 200
    }

    TestCase {
        name: "layout"
        when: windowShown

        function panels() {
            const panel = (width, height, inches) => ({
                        "tag": `${width}x${height}`,
                        "width": width,
                        "height": height,
                        "inches": inches
                    });
            return [panel(800, 480, 7), panel(1024, 600, 7), panel(1280, 400, 7.9), panel(1920, 720, 12.3)];
        }

        function lay(row) {
            speedometer.width = row.width;
            speedometer.height = row.height;
            speedometer.speedState = "implausible";
            waitForRendering(speedometer);
        }

        function rectangle(item) {
            const at = item.mapToItem(speedometer, 0, 0);
            return Qt.rect(at.x, at.y, item.width, item.height);
        }

        function texts(item) {
            const found = [];
            for (let index = 0; index < item.children.length; ++index) {
                const child = item.children[index];
                // The digits' own box is as high as the digits; that of their line is half as high again.
                if (child === speedometer.digits) {
                    found.push(child);
                    continue;
                }
                if (child instanceof Text && child.visible && child.text !== "")
                    found.push(child);
                found.push(...texts(child));
            }
            return found;
        }

        function overlap(a, b) {
            // A line's box has air above and below its letters; an eighth of it may lie in another's.
            const air = 0.125;
            return a.x < b.x + b.width && b.x < a.x + a.width && a.y + a.height * air < b.y + b.height * (1 - air) && b.y + b.height * air < a.y + a.height * (1 - air);
        }

        function test_everything_has_its_place_data() {
            return panels();
        }

        function test_everything_has_its_place(row) {
            lay(row);
            for (const state of Object.keys(States.sentences).concat("unknown")) {
                speedometer.speedState = state;
                const items = texts(speedometer);
                verify(items.length > 8);
                for (let i = 0; i < items.length; ++i) {
                    const one = rectangle(items[i]);
                    verify(one.x >= 0 && one.y >= 0 && one.x + one.width <= row.width && one.y + one.height <= row.height, `${items[i].text} is cut off: ${one}`);
                    for (let j = i + 1; j < items.length; ++j)
                        verify(!overlap(one, rectangle(items[j])), `${state}: ${items[i].text} lies on ${items[j].text}`);
                }
            }
        }

        // ISO 15008: characters of at least 20 arc minutes at 700 mm on the panel's own pixels.
        function test_character_height_data() {
            return panels();
        }

        function test_character_height(row) {
            lay(row);
            const mmPerPixel = row.inches * 25.4 / Math.hypot(row.width, row.height);
            for (const item of texts(speedometer).filter(item => item !== speedometer.digits)) {
                const mm = item.font.pixelSize * Theme.capital * mmPerPixel;
                const minutes = Math.atan(mm / 700) * 180 / Math.PI * 60;
                verify(minutes >= 20, `${item.text}: ${minutes.toFixed(1)} arc minutes`);
            }
        }

        function test_capital_height_of_the_font() {
            for (const letter of ["H", "0"]) {
                metrics.text = letter;
                const capital = metrics.tightBoundingRect.height / metrics.font.pixelSize;
                verify(capital >= Theme.capital, `${letter}: ${capital}`);
            }
        }

        function test_digit_cells_hold_the_widest_digit() {
            for (const digit of "0123456789") {
                metrics.text = digit;
                verify(metrics.advanceWidth <= Theme.digitCell * metrics.font.pixelSize, `${digit} is ${metrics.advanceWidth / metrics.font.pixelSize} wide`);
            }
        }

        function luminance(c) {
            const linear = v => v <= 0.04045 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4);
            return 0.2126 * linear(c.r) + 0.7152 * linear(c.g) + 0.0722 * linear(c.b);
        }

        function contrast(a, b) {
            const both = [luminance(a), luminance(b)];
            return (Math.max(...both) + 0.05) / (Math.min(...both) + 0.05);
        }

        // ISO 15008: at least 5:1 by night and 3:1 by day, against the darkest and lightest ground.
        function test_contrast() {
            for (const night of [true, false]) {
                Theme.night = night;
                for (const ground of [Theme.ground, Theme.lift])
                    for (const name of ["primary", "secondary", "accent", "amber"]) {
                        const ratio = contrast(Theme[name], ground);
                        verify(ratio >= (night ? 5 : 3), `${name} ${night ? "night" : "day"}: ${ratio.toFixed(2)}`);
                    }
            }
            Theme.night = true;
        }

        function test_digits_have_one_width() {
            speedometer.speedState = "ok";
            for (const kmh of [111, 188, 200]) {
                speedometer.speedKmh = kmh;
                const cells = texts(speedometer.digits);
                compare(cells.length, 3);
                verify(cells.every(cell => cell.width === speedometer.digits.cell));
            }
        }
    }
}
