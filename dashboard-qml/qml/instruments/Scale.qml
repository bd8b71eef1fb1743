// The light behind the dial, ticks and numerals.
import QtQuick
import QtQuick.Shapes
import "speed.js" as Speed

Item {
    id: dial

    required property DialFace face
    readonly property ArcGeometry geometry: face.geometry

    Shape {
        width: parent.width
        height: parent.height
        ShapePath {
            strokeColor: "transparent"
            strokeWidth: -1
            fillGradient: RadialGradient {
                centerX: dial.geometry.centreX
                centerY: dial.geometry.top + dial.geometry.drop * Theme.liftCentre
                centerRadius: dial.geometry.radius * Theme.liftReach
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
                path: `M0 0H${dial.face.width}V${dial.face.height}H0Z`
            }
        }
        Ticks {
            geometry: dial.geometry
            step: dial.face.minor
            outer: dial.face.tickOuter
            length: dial.geometry.radius * Theme.tickMinor
            thickness: dial.face.cellHeight * Theme.strokeMinor
            strokeColor: Theme.hairline
        }
        Ticks {
            geometry: dial.geometry
            step: dial.face.step
            outer: dial.face.tickOuter
            length: dial.geometry.radius * Theme.tickMajor
            thickness: dial.face.cellHeight * Theme.strokeMajor
            strokeColor: Theme.primary
        }
    }
    Repeater {
        model: Speed.range(dial.geometry.fullScale, dial.face.step)
        Text {
            required property real modelData
            readonly property real angle: dial.geometry.angleFor(modelData)
            readonly property real centre: dial.face.centreFor(angle, width)
            x: dial.geometry.pointX(angle, centre) - width / 2
            y: dial.geometry.pointY(angle, centre) - height / 2
            text: modelData
            color: Theme.secondary
            font: dial.face.labelFont
        }
    }
}
