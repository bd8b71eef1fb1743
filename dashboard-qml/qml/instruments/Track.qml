// One scale on the arch with its needle and its lit band: all of the arch, or one half. Angles are degrees clockwise
// from twelve o'clock; where the start lies right of the end, values rise to the left.
import QtQuick
import QtQuick.Shapes

Item {
    id: track

    required property real centreX
    required property real centreY
    required property real radius
    required property real start
    required property real end
    property real least: 0
    property real most: 1
    // Where the lit band begins.
    property real origin: least
    property real value: NaN
    property real step: 1
    property real minor: 1
    // A numeral is the value divided by this.
    property real divisor: 1
    // Where red begins; NaN where nobody has said.
    property real redFrom: NaN
    property bool numerals: true
    required property real textSize
    required property real cellHeight
    // The lamp test, from 0 to 1; NaN else.
    property real swept: NaN
    property bool animated: true

    readonly property bool valid: isFinite(value)
    readonly property real sense: start > end ? -1 : 1
    // -1 is the park position, beside the scale's start.
    readonly property real place: valid ? (Math.max(least, Math.min(most, value)) - least) / (most - least) : -1
    readonly property alias shownPlace: glide.shown
    readonly property real shownAngle: angleAt(isFinite(swept) ? swept : shownPlace)
    readonly property bool live: valid || isFinite(swept)
    readonly property bool parked: shownAngle === angleAt(-1)
    readonly property bool inRed: valid && !isFinite(swept) && value >= redFrom
    readonly property color light: inRed ? Theme.red : valid && value < origin ? Theme.green : Theme.accent
    readonly property real tickOuter: radius * (1 - Theme.band - Theme.tickGap)
    readonly property real labelOuter: tickOuter - radius * (Theme.tickMajor + Theme.tickGap)
    readonly property var labels: multiples(step)

    function angleAt(place: real): real {
        return place < 0 ? start + sense * place * Theme.parkBelowZero : start + (end - start) * place;
    }
    function angleFor(value: real): real {
        return angleAt((value - least) / (most - least));
    }
    function numeral(value: real): string {
        return String(value / divisor).replace("-", "\u2212");
    }
    function multiples(step: real): var {
        const found = [];
        for (let n = Math.ceil(least / step); n <= most / step; ++n)
            found.push(n * step);
        return found;
    }
    function pointX(angle: real, r: real): real {
        return centreX + r * Math.sin(angle * Math.PI / 180);
    }
    function pointY(angle: real, r: real): real {
        return centreY - r * Math.cos(angle * Math.PI / 180);
    }
    function arc(from: real, to: real, r: real): string {
        return `M${pointX(from, r)} ${pointY(from, r)}A${r} ${r} 0 ${Math.abs(to - from) > 180 ? 1 : 0} ${to > from ? 1 : 0} ${pointX(to, r)} ${pointY(to, r)}`;
    }
    function ticks(values: var, length: real): string {
        return values.map(value => {
                const angle = angleFor(value);
                return `M${pointX(angle, tickOuter)} ${pointY(angle, tickOuter)}L${pointX(angle, tickOuter - length)} ${pointY(angle, tickOuter - length)}`;
            }).join("") || "M0 0";
    }

    Glide {
        id: glide
        place: track.place
        enabled: track.animated
    }

    Shape {
        width: track.width
        height: track.height
        layer.enabled: Theme.usesGpu(GraphicsInfo.api)
        layer.samples: Theme.samples
        ShapePath {
            strokeColor: Theme.unlitBand
            strokeWidth: track.radius * Theme.band
            fillColor: "transparent"
            capStyle: ShapePath.FlatCap
            PathSvg {
                path: track.arc(track.start, track.end, track.radius * (1 - Theme.band / 2))
            }
        }
        ShapePath {
            strokeColor: isFinite(track.redFrom) ? Theme.fade(Theme.red, track.live ? Theme.zone : Theme.zoneLost) : "transparent"
            strokeWidth: track.radius * Theme.band
            fillColor: "transparent"
            capStyle: ShapePath.FlatCap
            PathSvg {
                path: isFinite(track.redFrom) ? track.arc(track.angleFor(track.redFrom), track.end, track.radius * (1 - Theme.band / 2)) : "M0 0"
            }
        }
        ShapePath {
            strokeColor: Theme.hairline
            strokeWidth: track.cellHeight * Theme.strokeMinor
            fillColor: "transparent"
            capStyle: ShapePath.FlatCap
            PathSvg {
                path: track.ticks(track.multiples(track.minor).filter(value => !track.labels.includes(value)), track.radius * Theme.tickMinor)
            }
        }
        ShapePath {
            strokeColor: track.live ? Theme.primary : Theme.hairline
            strokeWidth: track.cellHeight * Theme.strokeMajor
            fillColor: "transparent"
            capStyle: ShapePath.FlatCap
            PathSvg {
                path: track.ticks(track.labels, track.radius * Theme.tickMajor)
            }
        }
    }
    Repeater {
        model: track.numerals ? track.labels : []
        Text {
            required property real modelData
            readonly property real angle: track.angleFor(modelData)
            readonly property real middle: track.labelOuter - Math.abs(Math.sin(angle * Math.PI / 180)) * width / 2 - Math.abs(Math.cos(angle * Math.PI / 180)) * track.textSize * Theme.capital / 2
            x: track.pointX(angle, middle) - width / 2
            y: track.pointY(angle, middle) - height / 2
            text: track.numeral(modelData)
            color: !track.live ? Theme.hairline : modelData >= track.redFrom ? Theme.red : Theme.secondary
            font.family: Theme.family
            font.pixelSize: track.textSize
        }
    }
    Trail {
        width: track.width
        height: track.height
        centreX: track.centreX
        centreY: track.centreY
        radius: track.radius
        start: track.angleFor(track.origin)
        angle: track.live && (isFinite(track.swept) || track.shownPlace >= 0) ? track.shownAngle : start
        light: track.light
    }
    Needle {
        x: track.centreX
        y: track.centreY
        radius: track.radius
        stroke: track.cellHeight * Theme.strokeNeedle
        angle: track.shownAngle
        live: track.live
        light: track.light
    }
}
