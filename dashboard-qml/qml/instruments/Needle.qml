// A blade of light that crosses the scale. Its origin is the arc's centre.
import QtQuick

Item {
    id: needle

    property real angle: 0
    required property real radius
    required property real stroke
    property bool live: false

    rotation: angle

    Rectangle {
        x: -width / 2
        y: -needle.radius
        width: needle.stroke
        height: needle.radius * Theme.blade
        radius: width / 2
        antialiasing: true
        gradient: Gradient {
            GradientStop {
                position: 0
                color: needle.live ? Theme.primary : Theme.hairline
            }
            GradientStop {
                position: Theme.bladeSolid
                color: needle.live ? Theme.primary : Theme.hairline
            }
            GradientStop {
                position: 1
                color: Theme.fade(Theme.accent, 0)
            }
        }
    }
}
