// What is behind the speed, and the service's counters, for the bench and not for the road: its text is small.
import QtQuick

Rectangle {
    id: page

    property string details: ""
    property string speedState: ""
    readonly property real textSize: Math.round(height * Theme.debugText)
    // The values stand in one line, beside the widest of the names.
    readonly property real valueX: rows.reduce((widest, row) => Math.max(widest, metrics.advanceWidth(row.split("\t")[0])), 0) + textSize * Theme.gap
    readonly property var rows: `State\t${speedState}\n${details}`.split("\n").filter(line => line !== "")

    color: Theme.ground
    Accessible.role: Accessible.StaticText
    Accessible.name: rows.join("\n")

    FontMetrics {
        id: metrics
        font.family: Theme.family
        font.pixelSize: page.textSize
    }
    Flow {
        anchors.fill: parent
        anchors.margins: page.height * Theme.margin
        flow: Flow.TopToBottom
        spacing: page.textSize * Theme.debugGap

        Repeater {
            model: page.rows
            Item {
                required property string modelData
                readonly property var cells: modelData.split("\t")
                width: page.width * Theme.debugColumn
                height: value.height
                Text {
                    id: name
                    text: parent.cells[0]
                    color: Theme.secondary
                    font.family: Theme.family
                    font.pixelSize: page.textSize
                }
                Text {
                    id: value
                    x: page.valueX
                    // The last error is a sentence.
                    width: parent.width - x
                    wrapMode: Text.Wrap
                    text: parent.cells[1] ?? ""
                    // Said, because of a text that may be empty (see the speedometer's).
                    horizontalAlignment: Text.AlignLeft
                    color: Theme.primary
                    font.family: Theme.family
                    font.pixelSize: page.textSize
                }
            }
        }
    }
}
