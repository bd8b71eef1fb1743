// The light behind the dial, ticks and numerals.
import QtQuick
import QtQuick.Shapes
import "speed.js" as Speed

Item {
    id: dial

    required property DialFace face
    readonly property ArcGeometry geometry: face.geometry

    Lift {
        width: parent.width
        height: parent.height
        centreX: dial.geometry.centreX
        centreY: dial.geometry.top + dial.geometry.drop * Theme.liftCentre
        radius: dial.geometry.radius * Theme.liftReach
    }
    Shape {
        width: parent.width
        height: parent.height
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
