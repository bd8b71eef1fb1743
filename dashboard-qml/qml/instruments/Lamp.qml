// A tell-tale. Off is dark; on has its colour; unknown is grey with a question mark cut out of it: another shape, and
// not only another colour.
import QtQuick

Item {
    id: lamp

    property string name: ""
    property string colour: "amber"
    // "on", "off" or "unknown". Any other word is unknown too.
    property string lampState: "unknown"
    required property real size
    readonly property bool known: lampState === "on" || lampState === "off"

    width: size
    height: size
    visible: lampState !== "off"
    Accessible.role: Accessible.Indicator
    Accessible.name: `${name} ${known ? lampState : "unknown"}`

    Rectangle {
        visible: !Theme.night
        anchors.centerIn: parent
        width: lamp.size * Theme.chipSize
        height: width
        radius: width * Theme.chipRadius
        color: Theme.chip
    }
    Icon {
        name: lamp.name
        size: lamp.size * (Theme.night ? 1 : Theme.chipInset)
        anchors.centerIn: parent
        colour: lamp.lampState === "on" ? Theme.lampColour(lamp.colour) : Theme.lampUnknown
    }
    Loader {
        active: !lamp.known
        x: lamp.size * Theme.unknownX
        y: lamp.size * Theme.unknownY
        sourceComponent: Component {
            Rectangle {
                width: lamp.size * Theme.unknownSize
                height: width
                radius: width / 2
                color: Theme.lampGround
                Text {
                    anchors.centerIn: parent
                    text: "?"
                    color: Theme.lampMark
                    font.family: Theme.family
                    font.weight: Font.DemiBold
                    font.pixelSize: lamp.size * Theme.unknownText
                }
            }
        }
    }
}
