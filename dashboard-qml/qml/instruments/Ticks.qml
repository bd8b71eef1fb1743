// The ticks of one scale: a broad arc, dashed so that each dash is a tick.
import QtQuick
import QtQuick.Shapes

ShapePath {
    id: ticks

    required property ArcGeometry geometry
    required property real step
    required property real outer
    required property real length
    required property real thickness

    readonly property real middle: outer - length / 2
    // A tick's width as an angle at its middle.
    readonly property real width: thickness / middle * 180 / Math.PI
    readonly property real period: middle * geometry.halfSweep * Math.PI / 90 * step / geometry.fullScale

    strokeWidth: length
    fillColor: "transparent"
    capStyle: ShapePath.FlatCap
    strokeStyle: ShapePath.DashLine
    // In units of the stroke's width.
    dashPattern: [thickness / length, (period - thickness) / length]

    PathAngleArc {
        centerX: ticks.geometry.centreX
        centerY: ticks.geometry.centreY
        radiusX: ticks.middle
        radiusY: ticks.middle
        // Half a tick early and late: the scale's ends are the middles of ticks.
        startAngle: -90 - ticks.geometry.halfSweep - ticks.width / 2
        sweepAngle: 2 * ticks.geometry.halfSweep + ticks.width
    }
}
