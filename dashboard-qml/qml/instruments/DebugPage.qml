// Wheel speeds and the service's counters, for the bench and not for the road: its text is small.
import QtQuick

Rectangle {
    id: page

    property string details: ""
    property string speedState: ""
    readonly property real textSize: Math.round(height * Theme.debugText)
    readonly property var rows: `State\t${speedState}\n${details}`.split("\n").filter(line => line !== "")

    color: Theme.ground
    Accessible.role: Accessible.StaticText
    Accessible.name: rows.join("\n")

    Flow {
        anchors.fill: parent
        anchors.margins: page.height * Theme.margin
        flow: Flow.TopToBottom
        spacing: page.textSize * Theme.gap

        Repeater {
            model: page.rows
            Item {
                required property string modelData
                readonly property var cells: modelData.split("\t")
                width: Math.max(page.width * Theme.debugColumn, value.x + value.width)
                height: name.height
                Text {
                    id: name
                    text: parent.cells[0]
                    color: Theme.secondary
                    font.family: Theme.family
                    font.pixelSize: page.textSize
                }
                Text {
                    id: value
                    x: page.width * Theme.debugValue
                    text: parent.cells[1] ?? ""
                    color: Theme.primary
                    font.family: Theme.family
                    font.pixelSize: page.textSize
                }
            }
        }
    }
}
