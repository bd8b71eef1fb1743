// One short sentence on what is wrong, with an amber mark. Empty while all is well.
import QtQuick
import QtQuick.Shapes
import "states.js" as States

Item {
    id: banner

    property string speedState: "starting"
    property real textSize: 28
    readonly property string text: States.sentence(speedState)

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
                    layer.enabled: GraphicsInfo.api !== GraphicsInfo.Software
                    layer.samples: 4
                    ShapePath {
                        strokeColor: Theme.amber
                        strokeWidth: banner.textSize * Theme.markStroke
                        fillColor: "transparent"
                        joinStyle: ShapePath.RoundJoin
                        capStyle: ShapePath.RoundCap
                        PathSvg {
                            path: banner.mark(banner.textSize)
                        }
                    }
                }
                Text {
                    text: banner.text
                    color: Theme.primary
                    font.family: Theme.family
                    font.pixelSize: banner.textSize
                }
            }
        }
    }

    // A warning triangle with an exclamation mark, drawn in a square of this size.
    function mark(size: real): string {
        const p = (x, y) => `${x * size} ${y * size}`;
        return `M${p(0.5, 0.08)}L${p(0.96, 0.9)}L${p(0.04, 0.9)}ZM${p(0.5, 0.38)}L${p(0.5, 0.6)}M${p(0.5, 0.75)}L${p(0.5, 0.76)}`;
    }
}
