// The worst sentence with its mark, and how many more there are. It never changes by itself to another: a key steps.
import QtQuick

Item {
    id: sentence

    // { text, mark } each, the worst first.
    property var sentences: []
    required property real textSize
    required property real room
    property int place: 0

    readonly property var shown: sentences.length > 0 ? sentences[place % sentences.length] : null
    readonly property string text: shown?.text ?? ""
    readonly property string mark: shown?.mark ?? ""
    readonly property int more: Math.max(0, sentences.length - 1)

    function step() {
        place = sentences.length > 0 ? (place + 1) % sentences.length : 0;
    }

    // What is new and worse must be seen; the same again is not new.
    readonly property string all: sentences.map(sentence => sentence.text).join("\n")
    onAllChanged: place = 0

    implicitWidth: row.width
    implicitHeight: textSize * Theme.line
    visible: text !== ""
    Accessible.role: Accessible.AlertMessage
    Accessible.name: text

    Loader {
        id: row
        anchors.centerIn: parent
        active: sentence.text !== ""
        sourceComponent: Component {
            Row {
                spacing: sentence.textSize * Theme.gap
                Icon {
                    id: icon
                    visible: sentence.mark !== ""
                    name: "warn"
                    size: sentence.textSize * Theme.markSize
                    colour: Theme.colour(sentence.mark)
                    anchors.verticalCenter: parent.verticalCenter
                }
                FittedText {
                    id: words
                    room: sentence.room - icon.width - sentence.textSize * Theme.gap - (rest.visible ? rest.width + sentence.textSize * Theme.gap : 0)
                    textSize: sentence.textSize
                    text: sentence.text
                    color: Theme.primary
                }
                Text {
                    id: rest
                    // The sentence itself needs the room first.
                    visible: sentence.more > 0 && words.wanted + width + icon.width + sentence.textSize * 2 * Theme.gap <= sentence.room
                    text: `+${sentence.more}`
                    color: Theme.secondary
                    font.family: Theme.family
                    font.pixelSize: sentence.textSize
                }
            }
        }
    }
}
