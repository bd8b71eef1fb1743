// The light behind the arch.
import QtQuick
import QtQuick.Shapes

Shape {
    id: lift

    required property real centreX
    required property real centreY
    required property real radius

    ShapePath {
        strokeColor: "transparent"
        strokeWidth: -1
        fillGradient: RadialGradient {
            centerX: lift.centreX
            centerY: lift.centreY
            centerRadius: lift.radius
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
            path: `M0 0H${lift.width}V${lift.height}H0Z`
        }
    }
}
