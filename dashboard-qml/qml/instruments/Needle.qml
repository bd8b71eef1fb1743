// A blade of light that crosses the scale. Its origin is the arc's centre.
import QtQuick

Item {
    id: needle

    property real angle: 0
    required property real radius
    required property real stroke
    property bool live: false
    property color light: Theme.accent

    rotation: angle

    Rectangle {
        x: -width / 2
        y: -needle.radius
        width: needle.stroke
        height: needle.radius * Theme.blade
        radius: width / 2
        antialiasing: true
        color: Theme.hairline
        // At rest a plain stroke: a gradient is mixed, for which Qt's software renderer starts threads.
        gradient: needle.live ? blade : null
    }
    Gradient {
        id: blade
        GradientStop {
            position: 0
            color: Theme.primary
        }
        GradientStop {
            position: Theme.bladeSolid
            color: Theme.primary
        }
        GradientStop {
            position: 1
            color: Theme.fade(needle.light, 0)
        }
    }
}
