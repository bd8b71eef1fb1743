// Where the arc lies in a cell. A tall cell gets a round dial, a wide panel a flat arch: the sweep
// is chosen so that the arc fills the cell. Angles are degrees clockwise from twelve o'clock.
import QtQuick

QtObject {
    id: geometry

    required property real width
    required property real height
    // Space under the arc that belongs to the banner.
    property real foot: 0
    property real fullScale: 240

    readonly property real inset: height * Theme.margin
    readonly property real boxWidth: Math.max(1, width - 2 * inset)
    readonly property real boxHeight: Math.max(1, height - 2 * inset - foot)
    readonly property real halfSweep: sweepFor(boxWidth / boxHeight)
    readonly property real radius: Math.min(boxHeight / (1 - cosine(halfSweep)), boxWidth / 2 / (halfSweep >= 90 ? 1 : sine(halfSweep)))
    readonly property real drop: radius * (1 - cosine(halfSweep))
    readonly property real centreX: width / 2
    readonly property real top: inset + (boxHeight - drop) / 2
    readonly property real centreY: top + radius
    readonly property real park: angleAt(Theme.parkPlace)

    // A place on the scale is 0 at its start and 1 at its end, whatever its shape.
    function placeFor(value: real): real {
        return Math.max(0, Math.min(fullScale, value)) / fullScale;
    }

    // Below zero a place is a share of the widest scale, so that the park position is as far below on each.
    function angleAt(place: real): real {
        return -halfSweep + 2 * place * (place < 0 ? Theme.widestHalfSweep : halfSweep);
    }

    function angleFor(value: real): real {
        return angleAt(placeFor(value));
    }

    // The half sweep whose bounding box has this aspect: 2/(1-cos a) from a quarter turn on, else 2*cot(a/2).
    function sweepFor(aspect: real): real {
        const a = aspect <= 2 ? Math.acos(Math.max(-1, 1 - 2 / aspect)) : 2 * Math.atan(2 / aspect);
        return Math.max(Theme.flattestHalfSweep, Math.min(Theme.widestHalfSweep, a * 180 / Math.PI));
    }

    // Where the arc's outside begins at this height, seen from the left.
    function leftOf(y: real): real {
        const above = Math.min(radius, Math.abs(y - centreY));
        return centreX - Math.sqrt(radius * radius - above * above);
    }

    function pointX(angle: real, r: real): real {
        return centreX + r * sine(angle);
    }

    function pointY(angle: real, r: real): real {
        return centreY - r * cosine(angle);
    }

    function sine(degrees: real): real {
        return Math.sin(degrees * Math.PI / 180);
    }

    function cosine(degrees: real): real {
        return Math.cos(degrees * Math.PI / 180);
    }
}
