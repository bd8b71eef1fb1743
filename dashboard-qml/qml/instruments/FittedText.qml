// A line that is never cut off: one that has no room is drawn narrower, as high as before; and only one that is longer
// still is drawn smaller.
import QtQuick

Item {
    id: fitted

    property alias text: words.text
    property alias color: words.color
    property alias fontInfo: words.fontInfo
    required property real textSize
    // The width that it may take.
    required property real room
    // The width that it would like to take.
    readonly property real wanted: words.implicitWidth
    readonly property real narrow: Math.max(Theme.narrowest, Math.min(1, room / Math.max(1, words.implicitWidth)))

    implicitWidth: words.width * narrow
    implicitHeight: words.height

    Text {
        id: words
        // Rounded up: a width that is short by nothing has Qt take the next smaller font.
        width: Math.min(implicitWidth, Math.ceil(fitted.room / fitted.narrow))
        fontSizeMode: Text.HorizontalFit
        verticalAlignment: Text.AlignVCenter
        font.family: Theme.family
        font.pixelSize: fitted.textSize
        transform: Scale {
            xScale: fitted.narrow
        }
    }
}
