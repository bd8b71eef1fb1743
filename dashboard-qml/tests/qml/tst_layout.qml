// The panels: everything inside, nothing on top of anything else, characters and contrast as ISO 15008 wants them.
import QtQuick
import QtQuick.Shapes
import QtTest
import "../../qml/instruments"
import "../../qml/instruments/states.js" as States

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
            speedKmh: 187.3
            valid: true
            speedState: "degraded"
            demo: true
        }
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
                        "tag": `${width}x${height}, ${inches} inches`,
                        "width": width,
                        "height": height,
                        "inches": inches
                    });
            return [panel(800, 480, 7), panel(1024, 600, 7), panel(1280, 400, 7.9), panel(1920, 720, 12.3), panel(800, 480, 5), panel(800, 480, 4.3), panel(800, 480, 3.5), panel(480, 320, 3.5)];
        }

        function lay(row) {
            speedometer.width = row.width;
            speedometer.height = row.height;
            // The usual diagonal of a shape needs no setting.
            Theme.panelInches = row.inches >= 7 ? 0 : row.inches;
            speedometer.fullScaleKmh = 240;
            speedometer.unit = "km/h";
            speedometer.speedKmh = 187.3;
            speedometer.speedState = "implausible";
        }

        // A text may be drawn narrower than it is.
        function rectangle(item) {
            return item.mapToItem(speedometer, 0, 0, item.width, item.height);
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

        // The sentence's warning triangle.
        function mark(item) {
            for (let index = 0; index < item.children.length; ++index) {
                const child = item.children[index];
                const found = child instanceof Shape ? child : mark(child);
                if (found)
                    return found;
            }
            return null;
        }

        // `what` is a state, or state:reason.
        function places(what) {
            const words = what.split(":");
            speedometer.speedState = words[0];
            speedometer.reason = words[1] ?? "";
            // Rows place their items when they are drawn.
            grabImage(speedometer.parent);
            const items = texts(speedometer);
            verify(items.length > 6);
            return speedometer.banner.visible ? items.concat(mark(speedometer.banner)) : items;
        }

        function named(item) {
            return item.text ?? "the triangle";
        }

        function states() {
            const reasons = Object.keys(States.reasons).map(reason => `degraded:${reason}`);
            return Object.keys(States.sentences).concat(reasons, "unknown");
        }

        function test_everything_has_its_place(row) {
            lay(row);
            for (const state of states()) {
                const items = places(state);
                for (let i = 0; i < items.length; ++i) {
                    const one = rectangle(items[i]);
                    verify(one.x >= 0 && one.y >= 0 && one.x + one.width <= row.width && one.y + one.height <= row.height, `${state}: ${named(items[i])} is cut off: ${one}`);
                    for (let j = i + 1; j < items.length; ++j)
                        verify(!overlap(one, rectangle(items[j])), `${state}: ${named(items[i])} lies on ${named(items[j])}`);
                }
            }
        }

        function test_every_scale_leaves_room_for_the_digits_data() {
            return panels();
        }

        function test_every_scale_leaves_room_for_the_digits(row) {
            lay(row);
            for (const unit of ["km/h", "mph"])
                for (const full of [160, 180, 210, 220, 225, 237, 250, 260, 280, 300]) {
                    speedometer.unit = unit;
                    speedometer.fullScaleKmh = full;
                    const items = places("degraded");
                    verify(speedometer.digits.height * Theme.capital > speedometer.textSize * Theme.capital, "digits larger than text");
                    for (let i = 0; i < items.length; ++i)
                        for (let j = i + 1; j < items.length; ++j)
                            verify(!overlap(rectangle(items[i]), rectangle(items[j])), `${full} ${unit}: ${named(items[i])} lies on ${named(items[j])}`);
                }
        }

        function test_the_parked_needle_touches_nothing_data() {
            return panels();
        }

        function test_the_parked_needle_touches_nothing(row) {
            lay(row);
            const g = speedometer.geometry;
            const air = speedometer.height * Theme.strokeNeedle;
            for (const state of states().filter(state => !States.hasSpeed(state.split(":")[0]))) {
                const items = places(state);
                tryCompare(speedometer, "shownAngle", g.park, 5000);
                for (let part = 1 - Theme.blade; part <= 1; part += 0.005) {
                    const x = g.pointX(g.park, g.radius * part);
                    const y = g.pointY(g.park, g.radius * part);
                    verify(x > air && y > air && x < row.width - air && y < row.height - air, `${state}: the needle is cut off`);
                    for (const item of items) {
                        const r = rectangle(item);
                        const inside = x > r.x - air && x < r.x + r.width + air && y > r.y - air && y < r.y + r.height + air;
                        verify(!inside, `${state}: the needle lies on ${named(item)}`);
                    }
                }
            }
        }

        function test_the_word_demo_lies_beside_the_arc_data() {
            return panels();
        }

        function test_the_word_demo_lies_beside_the_arc(row) {
            lay(row);
            const g = speedometer.geometry;
            const r = rectangle(texts(speedometer).find(item => item.text === qsTranslate("Speedometer", "DEMO")));
            const capitalsFoot = r.y + speedometer.textSize * (Theme.airAbove + Theme.capital);
            verify(Math.hypot(r.x + r.width - g.centreX, capitalsFoot - g.centreY) > g.radius);
        }

        // The triangle is there, and it is amber.
        function test_the_mark_is_amber_data() {
            return panels();
        }

        function test_the_mark_is_amber(row) {
            lay(row);
            for (const night of [true, false]) {
                Theme.night = night;
                for (const state of ["degraded", "no-answer"]) {
                    places(state);
                    const picture = grabImage(speedometer.parent);
                    const r = rectangle(mark(speedometer.banner));
                    const side = picture.pixel(Math.round(r.x + r.width / 2), Math.round(r.y + r.height * 0.9));
                    for (const channel of ["r", "g", "b"])
                        fuzzyCompare(side[channel], Theme.amber[channel], 0.25, `${state}: the triangle is ${side}`);
                }
            }
            Theme.night = true;
        }

        // ISO 15008: characters of at least 20 arc minutes at 700 mm on the panel's own pixels.
        function test_character_height_data() {
            return panels();
        }

        function test_character_height(row) {
            lay(row);
            for (const state of states()) {
                places(state);
                characters(row);
            }
        }

        function characters(row) {
            const mmPerPixel = row.inches * 25.4 / Math.hypot(row.width, row.height);
            for (const item of texts(speedometer).filter(item => item !== speedometer.digits)) {
                // The size that is drawn: a text that does not fit is drawn smaller.
                const mm = item.fontInfo.pixelSize * Theme.capital * mmPerPixel;
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

        // ISO 15008: at least 5:1 by night and 3:1 by day: each text's own colour against the darkest and the lightest
        // ground, and against what the picture has about it, with all of the dial lit.
        function test_contrast_data() {
            return panels();
        }

        function test_contrast(row) {
            lay(row);
            speedometer.speedKmh = 240;
            for (const night of [true, false]) {
                Theme.night = night;
                for (const state of ["ok", "degraded", "stale"]) {
                    speedometer.speedState = state;
                    tryCompare(speedometer, "needleAngle", speedometer.angle, 5000);
                    const items = places(state).filter(item => item instanceof Text).concat(texts(speedometer.digits));
                    const picture = grabImage(speedometer.parent);
                    for (const item of items)
                        for (const ground of [Theme.ground, Theme.lift].concat(grounds(picture, item))) {
                            const ratio = contrast(item.color, ground);
                            verify(ratio >= (night ? 5 : 3), `${item.text} on ${ground} by ${night ? "night" : "day"}, ${state}: ${ratio.toFixed(2)}`);
                        }
                }
                for (const ground of [Theme.ground, Theme.lift])
                    for (const name of ["accent", "amber"])
                        verify(contrast(Theme[name], ground) >= (night ? 5 : 3), name);
            }
            Theme.night = true;
        }

        // The picture's colours just above a text's capitals and, as numbers have no descenders, below these.
        function grounds(picture, item) {
            const size = item.font.pixelSize;
            const at = item.mapToItem(speedometer, (item.width - item.contentWidth) / 2, 0, item.contentWidth, 0);
            const air = size * 0.06;
            const heights = [at.y + size * Theme.airAbove - air];
            if (/^\d+$/.test(item.text))
                heights.push(at.y + item.baselineOffset + air);
            const found = [];
            for (const y of heights)
                for (const part of [0, 0.5, 1])
                    found.push(picture.pixel(Math.min(speedometer.width - 1, Math.round(at.x + part * at.width)), Math.round(y)));
            return found;
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
