// One short sentence on what is wrong, with an amber mark. Empty while all is well.
import QtQuick
import QtQuick.Shapes
import "states.js" as States

Item {
    id: banner

    property string speedState: "starting"
    property string reason: ""
    required property real textSize
    // The width that the sentence and its mark may take.
    required property real room
    readonly property string text: States.sentence(speedState, reason)

    implicitWidth: row.width
    implicitHeight: textSize * Theme.line
    visible: text !== ""
    Accessible.role: Accessible.AlertMessage
    Accessible.name: text

    // Made when there is something to say: the first frame need not wait for it.
    Loader {
        id: row
        anchors.centerIn: parent
        active: banner.text !== ""
        sourceComponent: Component {
            Row {
                spacing: banner.textSize * Theme.gap
                Shape {
                    width: banner.textSize
                    height: width
                    anchors.verticalCenter: parent.verticalCenter
                    layer.enabled: Theme.usesGpu(GraphicsInfo.api)
                    layer.samples: Theme.samples
                    ShapePath {
                        strokeColor: Theme.amber
                        strokeWidth: banner.textSize * Theme.markStroke
                        fillColor: "transparent"
                        joinStyle: ShapePath.RoundJoin
                        capStyle: ShapePath.RoundCap
                        PathSvg {
                            path: Theme.warningMark(banner.textSize)
                        }
                    }
                }
                FittedText {
                    room: banner.room - banner.textSize * (1 + Theme.gap)
                    textSize: banner.textSize
                    text: banner.text
                    color: Theme.primary
                }
            }
        }
    }
}
