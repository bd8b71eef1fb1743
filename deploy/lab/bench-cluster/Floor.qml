// One arc and one text: the imports of the cluster, and no more of them in use than makes both be loaded.
import QtQuick
import QtQuick.Shapes

Window {
    width: 800
    height: 480
    visible: true
    color: "#04060a"

    Shape {
        anchors.fill: parent
        ShapePath {
            strokeColor: "#58c7ff"
            strokeWidth: 10
            fillColor: "transparent"
            PathAngleArc {
                centerX: 400
                centerY: 260
                radiusX: 190
                radiusY: 190
                startAngle: 135
                sweepAngle: 270
            }
        }
    }
    Text {
        anchors.centerIn: parent
        text: "87"
        color: "#f2f6f8"
        font.pixelSize: 120
    }
}
