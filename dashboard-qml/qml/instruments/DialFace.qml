// What does not move: the light behind the dial, the unlit band, ticks and numerals. With a GPU, one texture.
import QtQuick
import QtQuick.Shapes
import "speed.js" as Speed

Item {
    id: face

    required property ArcGeometry geometry
    required property real textSize
    property real cellHeight: height
    // The light behind the dial is faint, covers the whole cell, and waits until the first frame is on the screen.
    property bool lit: true

    readonly property real tickOuter: geometry.radius * (1 - Theme.band - Theme.tickGap)
    readonly property real labelOuter: tickOuter - geometry.radius * (Theme.tickMajor + Theme.tickGap)
    readonly property real labelRadius: labelOuter - textSize * Theme.labelCentre
    readonly property font labelFont: Qt.font({
            "family": Theme.family,
            "pixelSize": Math.max(1, textSize)
        })
    // Nothing of the face lies within this radius.
    readonly property real clearRadius: labelOuter - textSize * Theme.labelRoom
    readonly property real arcLength: labelRadius * geometry.halfSweep * Math.PI / 90
    readonly property int step: Speed.labelStep(geometry.fullScale, arcLength, textSize * Theme.labelSpacing)
    readonly property int minor: step <= 20 ? step / 2 : step / 4

    layer.enabled: Theme.usesGpu(GraphicsInfo.api)
    layer.samples: Theme.samples

    Loader {
        width: parent.width
        height: parent.height
        active: face.lit
        sourceComponent: Component {
            Shape {
                ShapePath {
                    strokeColor: "transparent"
                    strokeWidth: -1
                    fillGradient: RadialGradient {
                        centerX: face.geometry.centreX
                        centerY: face.geometry.top + face.geometry.drop * Theme.liftCentre
                        centerRadius: face.geometry.radius * Theme.liftReach
                        focalX: centerX
                        focalY: centerY
                        GradientStop {
                            position: 0
                            color: Theme.lift
                        }
                        GradientStop {
                            position: 1
                            color: Theme.fade(Theme.lift, 0)
                        }
                    }
                    PathSvg {
                        path: `M0 0H${face.width}V${face.height}H0Z`
                    }
                }
            }
        }
    }
    Shape {
        width: parent.width
        height: parent.height
        ShapePath {
            strokeColor: Theme.fade(Theme.secondary, Theme.unlit)
            strokeWidth: face.geometry.radius * Theme.band
            fillColor: "transparent"
            capStyle: ShapePath.FlatCap
            PathAngleArc {
                centerX: face.geometry.centreX
                centerY: face.geometry.centreY
                radiusX: face.geometry.radius * (1 - Theme.band / 2)
                radiusY: radiusX
                startAngle: -90 - face.geometry.halfSweep
                sweepAngle: 2 * face.geometry.halfSweep
            }
        }
        Ticks {
            geometry: face.geometry
            step: face.minor
            outer: face.tickOuter
            length: face.geometry.radius * Theme.tickMinor
            thickness: face.cellHeight * Theme.strokeMinor
            strokeColor: Theme.hairline
        }
        Ticks {
            geometry: face.geometry
            step: face.step
            outer: face.tickOuter
            length: face.geometry.radius * Theme.tickMajor
            thickness: face.cellHeight * Theme.strokeMajor
            strokeColor: Theme.primary
        }
    }

    Repeater {
        model: Speed.range(face.geometry.fullScale, face.step)
        Text {
            required property real modelData
            readonly property real angle: face.geometry.angleFor(modelData)
            // Its side towards the tick touches one circle, whatever its width.
            readonly property real centre: face.labelOuter - Math.abs(face.geometry.sine(angle)) * width / 2 - Math.abs(face.geometry.cosine(angle)) * face.textSize * Theme.capital / 2
            x: face.geometry.pointX(angle, centre) - width / 2
            y: face.geometry.pointY(angle, centre) - height / 2
            text: modelData
            color: Theme.secondary
            font: face.labelFont
        }
    }
}
