// On a machine that needs longer for a picture than the values are apart, the needles must not stay behind the digits.
import QtQuick
import QtTest
import "../../qml/instruments"

Item {
    id: root
    width: 800
    height: 480

    property int step: 0
    // Living sensors: no two values are alike.
    readonly property real kmh: step > 0 ? 120 + step % 2 : NaN

    Speedometer {
        id: speedometer
        width: root.width / 2
        height: root.height
        speedState: "ok"
        speedKmh: root.kmh
        valid: root.step > 0
        sweep: false
    }
    Track {
        id: track
        x: root.width / 2
        width: root.width / 2
        height: root.height
        centreX: 200
        centreY: 400
        radius: 180
        start: -90
        end: 90
        most: 240
        step: 60
        minor: 20
        textSize: 20
        cellHeight: root.height
        value: root.kmh
    }
    Timer {
        id: values
        // Takes the time away from the pictures.
        readonly property int burden: 60
        interval: 10
        repeat: true
        onTriggered: {
            root.step += 1;
            const until = Date.now() + burden;
            while (Date.now() < until) {
            }
        }
    }

    TestCase {
        name: "slow"
        when: windowShown

        function test_needles_follow_though_pictures_are_late() {
            values.start();
            wait(2000);
            const behind = [Math.abs(track.shownAngle - track.angleFor(root.kmh)), Math.abs(speedometer.needleAngle - speedometer.angle)];
            values.stop();
            verify(behind[0] < 5, `the track's needle is ${behind[0]} degrees behind`);
            verify(behind[1] < 5, `the speedometer's needle is ${behind[1]} degrees behind`);
        }
    }
}
