// The speedometer: arc, needle, digits, unit and the sentence when something is wrong.
import QtQuick
import "speed.js" as Speed
import "states.js" as States

Item {
    id: speedometer

    // What to show, not the true speed: see IndicatedSpeed of org.cardash.Speed1.
    property real speedKmh: NaN
    property bool valid: false
    property string speedState: "starting"
    property string reason: ""
    property string unit: "km/h"
    property real fullScaleKmh: 240
    // Made-up values say so on the screen.
    property bool demo: false
    // Whether the needle runs up and down once at the start.
    property bool sweep: false
    // Whether the needle glides; without, it leaps.
    property bool animated: true
    // Whether all of the dial is drawn, or only what the first frame needs.
    property bool complete: true

    // A state without a speed wins over a number, whoever supplies them.
    readonly property bool live: valid && States.hasSpeed(speedState) && isFinite(speedKmh) && speedKmh >= 0
    readonly property real textSize: Math.ceil(Math.max(height * Theme.text, Math.min(height * Theme.largestText, Theme.smallestText(width, height))))
    readonly property real place: live ? arc.placeFor(Speed.inUnit(speedKmh, unit)) : Theme.parkPlace
    readonly property real angle: arc.angleAt(place)
    // Digits, unit and banner stand on one another, from the bottom up.
    readonly property real digitsFoot: Math.min(banner.y - textSize * Theme.unitRoom, arc.centreY + arc.radius * Theme.digitsBelowCentre)
    readonly property alias geometry: arc
    readonly property alias digits: digits
    readonly property alias banner: banner
    // A part of the dial did not load; the QML engine has said why.
    readonly property bool broken: face.broken || trail.status === Loader.Error
    // The place moves and not the angle: a parked needle stays parked when the dial changes its shape.
    readonly property alias shownPlace: glide.shown
    readonly property real needleAngle: arc.angleAt(shownPlace)
    property real swept: 0
    readonly property bool sweeping: sweepAnimation.running
    readonly property bool parked: shownAngle === arc.park
    readonly property real shownAngle: sweeping ? arc.angleFor(swept * arc.fullScale) : needleAngle

    // As of the panel: what is on the screen beside the speed, which is nothing here.
    function describe(): var {
        return {};
    }

    function skipSweep() {
        sweepAnimation.stop();
    }

    // A car that moves needs its needle now.
    onSpeedKmhChanged: {
        if (live && speedKmh > 0)
            skipSweep();
    }

    onShownAngleChanged: {
        if (shownAngle > -arc.halfSweep)
            trail.active = true;
    }

    Glide {
        id: glide
        place: speedometer.place
        enabled: speedometer.animated
    }

    SequentialAnimation {
        id: sweepAnimation
        running: speedometer.sweep
        NumberAnimation {
            target: speedometer
            property: "swept"
            from: 0
            to: 1
            duration: Theme.sweepUp
            easing.type: Easing.InOutQuad
        }
        NumberAnimation {
            target: speedometer
            property: "swept"
            to: 0
            duration: Theme.sweepDown
            easing.type: Easing.InOutQuad
        }
    }
    ArcGeometry {
        id: arc
        width: speedometer.width
        height: speedometer.height
        foot: banner.implicitHeight + speedometer.textSize * Theme.footAir
        fullScale: face.scaleEnd
    }
    DialFace {
        id: face
        width: parent.width
        height: parent.height
        geometry: arc
        textSize: speedometer.textSize
        reach: Speed.fullScale(speedometer.fullScaleKmh, speedometer.unit)
        complete: speedometer.complete
    }
    Loader {
        id: trail
        width: parent.width
        height: parent.height
        // Made when it is first lit: without a speed there is nothing to draw.
        active: false
        Component.onCompleted: setSource("Trail.qml", {
                "centreX": Qt.binding(() => arc.centreX),
                "centreY": Qt.binding(() => arc.centreY),
                "radius": Qt.binding(() => arc.radius),
                "start": Qt.binding(() => -arc.halfSweep),
                "angle": Qt.binding(() => Math.max(-arc.halfSweep, speedometer.shownAngle))
            })
    }
    Needle {
        x: arc.centreX
        y: arc.centreY
        radius: arc.radius
        stroke: speedometer.height * Theme.strokeNeedle
        angle: speedometer.shownAngle
        live: speedometer.live || speedometer.sweeping
    }
    Digits {
        id: digits
        anchors.horizontalCenter: parent.horizontalCenter
        y: speedometer.digitsFoot - height
        capHeight: Math.min(speedometer.height * Theme.digits, face.clearHeight(speedometer.digitsFoot))
        speedKmh: speedometer.speedKmh
        valid: speedometer.live
        unit: speedometer.unit
    }
    Text {
        id: unitText
        anchors.horizontalCenter: parent.horizontalCenter
        y: speedometer.digitsFoot + speedometer.textSize * Theme.unitGap
        text: speedometer.unit
        color: Theme.secondary
        font.family: Theme.family
        font.pixelSize: speedometer.textSize
    }
    FittedText {
        x: arc.inset
        // Its capitals are level with the top of a round arc.
        y: arc.inset - speedometer.textSize * Theme.airAbove
        visible: speedometer.demo
        // Never empty: Qt would ask the input method for the direction of writing, and Qt's for Wayland ends with a
        // segmentation fault where there is no seat.
        text: qsTr("DEMO")
        color: Theme.amber
        textSize: speedometer.textSize
        room: arc.leftOf(arc.inset + speedometer.textSize * Theme.capital) - arc.inset
    }
    StateBanner {
        id: banner
        anchors.horizontalCenter: parent.horizontalCenter
        anchors.bottom: parent.bottom
        anchors.bottomMargin: arc.inset * Theme.bannerRise
        speedState: speedometer.speedState
        reason: speedometer.reason
        room: speedometer.width - speedometer.textSize * Theme.sentenceAir
        textSize: speedometer.textSize
    }
}
