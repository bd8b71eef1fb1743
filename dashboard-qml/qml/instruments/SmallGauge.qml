// A small arch over a symbol and a number. A level fills it, a condition only points; without a value there is neither
// pointer nor fill, and two dashes.
import QtQuick
import QtQuick.Shapes
import "quantities.js" as Quantities

Item {
    id: gauge

    // One of quantities.js.
    required property string quantity
    property real value: NaN
    property string speedUnit: "km/h"
    property bool fahrenheit: false
    // "amber" or "red"; empty while all is well.
    property string alarm: ""
    // The lamp test moves the pointer, from 0 to 1, and invents no number.
    property real swept: NaN
    property bool animated: true
    required property real textSize

    readonly property var what: Quantities.gauges[quantity]
    readonly property bool valid: isFinite(value)
    readonly property bool points: valid || isFinite(swept)
    readonly property string text: Quantities.text(isFinite(swept) ? NaN : shown, what.kind, speedUnit, fahrenheit)
    readonly property real place: isFinite(swept) ? swept : Math.max(0, Math.min(1, (shown - what.least) / (what.most - what.least)))
    // Values flicker: what is shown follows twice a second, and at once what is lost or there again.
    property real shown: value

    readonly property real chord: Math.min(width * Theme.smallChordMost, textSize * Theme.smallChord)
    readonly property real radius: chord / 2 / Math.sin(Theme.smallHalf * Math.PI / 180)
    readonly property real band: textSize * Theme.smallBand
    readonly property real centre: width / 2
    readonly property color tint: valid && alarm !== "" ? Theme.colour(alarm) : Theme.secondary

    implicitHeight: band + textSize * Theme.smallHeight
    Accessible.role: Accessible.StaticText
    Accessible.name: `${quantity} ${valid ? text : "unknown"}`

    onValueChanged: {
        if (!animated || isFinite(value) !== isFinite(shown))
            shown = value;
        else if (!pace.running) {
            shown = value;
            pace.start();
        }
    }
    Timer {
        id: pace
        interval: Theme.step
        onTriggered: {
            if (gauge.shown !== gauge.value && gauge.valid) {
                gauge.shown = gauge.value;
                pace.start();
            }
        }
    }

    function angleAt(place: real): real {
        return Theme.smallHalf * (2 * place - 1);
    }
    function pointX(angle: real, r: real): real {
        return centre + r * Math.sin(angle * Math.PI / 180);
    }
    function pointY(angle: real, r: real): real {
        return radius - r * Math.cos(angle * Math.PI / 180);
    }
    function sector(from: real, to: real): string {
        const inner = radius - band;
        return `M${pointX(from, radius)} ${pointY(from, radius)}A${radius} ${radius} 0 0 1 ${pointX(to, radius)} ${pointY(to, radius)}L${pointX(to, inner)} ${pointY(to, inner)}A${inner} ${inner} 0 0 0 ${pointX(from, inner)} ${pointY(from, inner)}Z`;
    }
    function tick(angle: real): string {
        const outer = radius - band - textSize * Theme.smallTickGap;
        const inner = outer - textSize * Theme.smallTick;
        return `M${pointX(angle, outer)} ${pointY(angle, outer)}L${pointX(angle, inner)} ${pointY(angle, inner)}`;
    }
    function zone(from: real, to: real): string {
        const place = value => (value - what.least) / (what.most - what.least);
        return sector(angleAt(place(from)), angleAt(place(to)));
    }

    Shape {
        width: gauge.width
        height: gauge.height
        layer.enabled: Theme.usesGpu(GraphicsInfo.api)
        layer.samples: Theme.samples
        ShapePath {
            strokeWidth: -1
            strokeColor: "transparent"
            fillColor: Theme.fade(Theme.secondary, Theme.smallUnlit)
            PathSvg {
                path: gauge.sector(-Theme.smallHalf, Theme.smallHalf)
            }
        }
        ShapePath {
            readonly property bool filled: gauge.what.fills === true && gauge.points && gauge.place > 0
            strokeWidth: -1
            strokeColor: "transparent"
            fillColor: !filled ? "transparent" : gauge.alarm !== "" ? Theme.colour(gauge.alarm) : Theme.fade(Theme.accent, Theme.smallFill)
            PathSvg {
                path: gauge.sector(-Theme.smallHalf, gauge.points ? gauge.angleAt(gauge.place) : -Theme.smallHalf)
            }
        }
        ShapePath {
            strokeWidth: gauge.textSize * Theme.smallStroke
            strokeColor: Theme.hairline
            fillColor: "transparent"
            capStyle: ShapePath.FlatCap
            PathSvg {
                path: gauge.tick(-Theme.smallHalf) + gauge.tick(0) + gauge.tick(Theme.smallHalf)
            }
        }
        ShapePath {
            strokeWidth: -1
            strokeColor: "transparent"
            fillColor: Theme.fade(Theme.red, gauge.alarm !== "" ? 1 : gauge.points ? Theme.smallZone : Theme.smallZoneLost)
            PathSvg {
                path: gauge.what.zones.map(zone => gauge.zone(zone[0], zone[1])).join("") || "M0 0"
            }
        }
    }
    Item {
        visible: gauge.points
        x: gauge.centre
        y: gauge.radius
        rotation: gauge.angleAt(gauge.points ? gauge.place : 0)
        Rectangle {
            x: -width / 2
            y: -gauge.radius - gauge.band * Theme.smallPointerRise
            width: gauge.textSize * Theme.smallPointer
            height: gauge.band * (1 + Theme.smallPointerRise) + gauge.textSize * Theme.smallPointerLength
            radius: width / 2
            antialiasing: true
            color: Theme.primary
        }
    }
    Icon {
        name: gauge.what.icon
        size: gauge.textSize * Theme.smallIcon
        x: (gauge.width - width) / 2
        y: gauge.band + gauge.textSize * Theme.smallIconTop
        colour: gauge.tint
    }
    Row {
        anchors.horizontalCenter: parent.horizontalCenter
        y: gauge.band + gauge.textSize * Theme.smallTextTop
        spacing: gauge.textSize * Theme.smallTick
        Text {
            text: gauge.text
            color: gauge.valid ? gauge.alarm !== "" ? Theme.colour(gauge.alarm) : Theme.primary : Theme.secondary
            font.family: Theme.family
            font.pixelSize: gauge.textSize
        }
        Text {
            text: Quantities.unit(gauge.what.kind, gauge.speedUnit, gauge.fahrenheit)
            color: Theme.secondary
            font.family: Theme.family
            font.pixelSize: gauge.textSize
        }
    }
}
