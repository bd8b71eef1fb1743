// One scale on the arch: angles, both ways round, red, what is lost.
import QtQuick
import QtTest
import "../../qml/instruments"

Item {
    width: 400
    height: 400

    Track {
        id: track
        anchors.fill: parent
        centreX: 200
        centreY: 200
        radius: 180
        start: -90
        end: -10
        most: 8000
        step: 1000
        minor: 500
        divisor: 1000
        redFrom: 6500
        textSize: 16
        cellHeight: 400
        animated: false
    }

    TestCase {
        name: "track"
        when: windowShown

        function init() {
            track.start = -90;
            track.end = -10;
            track.least = 0;
            track.most = 8000;
            track.origin = 0;
            track.swept = NaN;
        }

        function test_angles() {
            for (const [rpm, angle] of [[0, -90], [4000, -50], [8000, -10], [9999, -10], [-5, -90]]) {
                track.value = rpm;
                fuzzyCompare(track.shownAngle, angle, 1e-6, rpm);
            }
            // Mirrored: both needles rise towards the middle.
            track.start = 90;
            track.end = 10;
            track.value = 4000;
            fuzzyCompare(track.shownAngle, 50, 1e-6);
        }

        function test_lost_is_parked_beside_the_scale() {
            for (const start of [-90, 90]) {
                track.start = start;
                track.end = start / 9;
                track.value = NaN;
                verify(track.parked && !track.live);
                verify(Math.abs(track.shownAngle) > 90 + 3, "beyond the start, whichever side that is");
                track.value = 0;
                verify(!track.parked && track.live);
            }
        }

        function test_colours_say_red_and_fed_back() {
            track.value = 6499;
            compare(track.light, Theme.accent);
            track.value = 6500;
            compare(track.light, Theme.red);
            track.least = -60;
            track.most = 180;
            track.value = -1;
            compare(track.light, Theme.green);
            track.value = 1;
            compare(track.light, Theme.accent);
        }

        function test_numerals() {
            compare(track.labels.map(value => track.numeral(value)), ["0", "1", "2", "3", "4", "5", "6", "7", "8"]);
            track.least = -60;
            track.most = 180;
            compare(track.multiples(60), [-60, 0, 60, 120, 180]);
            track.divisor = 1;
            compare(track.numeral(-60), "\u221260");
            track.divisor = 1000;
        }

        function test_the_lamp_test_is_no_value() {
            track.value = NaN;
            track.swept = 1;
            verify(track.live && !track.valid && !track.inRed);
            fuzzyCompare(track.shownAngle, -10, 1e-6);
        }
    }
}
