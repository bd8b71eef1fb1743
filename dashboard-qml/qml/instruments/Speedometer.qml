// The speedometer: arc, needle, digits, unit and the sentence when something is wrong.
import QtQuick
import "speed.js" as Speed
import "states.js" as States

Item {
    id: speedometer

    property real speedKmh: NaN
    property bool valid: false
    property string speedState: "starting"
    property string unit: "km/h"
    property real fullScaleKmh: 240

    // A state without a speed wins over a number, whoever supplies them.
    readonly property bool live: valid && States.hasSpeed(speedState) && isFinite(speedKmh) && speedKmh >= 0
    readonly property real textSize: Math.round(Math.max(height * Theme.text, Theme.smallestText(width, height)))
    readonly property real angle: live ? arc.angleFor(Speed.inUnit(speedKmh, unit)) : arc.park
    readonly property alias geometry: arc
    readonly property alias digits: digits
    readonly property alias banner: banner
    property real needleAngle: angle

    Behavior on needleAngle {
        NumberAnimation {
            duration: Theme.settle
            easing.type: Easing.OutQuad
        }
    }

    ArcGeometry {
        id: arc
        width: speedometer.width
        height: speedometer.height
        foot: banner.implicitHeight
        fullScale: Speed.fullScale(speedometer.fullScaleKmh, speedometer.unit)
    }
    DialFace {
        anchors.fill: parent
        geometry: arc
        textSize: speedometer.textSize
    }
    Trail {
        anchors.fill: parent
        geometry: arc
        angle: speedometer.needleAngle
    }
    Needle {
        x: arc.centreX
        y: arc.centreY
        radius: arc.radius
        stroke: speedometer.height * Theme.strokeNeedle
        angle: speedometer.needleAngle
        live: speedometer.live
    }
    Digits {
        id: digits
        anchors.horizontalCenter: parent.horizontalCenter
        y: arc.top + arc.drop * 0.62 - height / 2
        capHeight: speedometer.height * Theme.digits
        speedKmh: speedometer.speedKmh
        valid: speedometer.live
        unit: speedometer.unit
    }
    Text {
        anchors.horizontalCenter: parent.horizontalCenter
        y: digits.y + digits.height + speedometer.textSize * 0.2
        text: speedometer.unit
        color: Theme.secondary
        font.family: Theme.family
        font.pixelSize: speedometer.textSize
    }
    StateBanner {
        id: banner
        anchors.horizontalCenter: parent.horizontalCenter
        anchors.bottom: parent.bottom
        anchors.bottomMargin: arc.inset * 0.6
        speedState: speedometer.speedState
        textSize: speedometer.textSize
    }
}
