// The speed as a number. Each digit stands in a cell of one width, whatever the font, so that it does
// not move when its neighbour changes. Dashes when there is no speed.
import QtQuick
import "speed.js" as Speed

Item {
    id: digits

    property real speedKmh: NaN
    property bool valid: false
    property string unit: "km/h"
    required property real capHeight
    property int shown: 0

    readonly property string text: valid ? String(shown) : "---"
    readonly property real cell: digitFont.pixelSize * Theme.digitCell

    readonly property font digitFont: Qt.font({
            "family": Theme.family,
            "pixelSize": Math.max(1, Math.round(capHeight / Theme.capital))
        })

    implicitWidth: row.width
    implicitHeight: capHeight
    Accessible.role: Accessible.StaticText
    Accessible.name: valid ? text + " " + unit : "no speed"

    function follow() {
        if (valid)
            shown = Speed.indicated(speedKmh, unit, shown);
    }

    onSpeedKmhChanged: follow()
    onUnitChanged: {
        shown = 0;
        follow();
    }
    onValidChanged: {
        shown = 0;
        follow();
    }
    Component.onCompleted: follow()

    Row {
        id: row
        anchors.centerIn: parent
        Repeater {
            model: digits.text.length
            Text {
                required property int index
                width: digits.cell
                horizontalAlignment: Text.AlignHCenter
                font: digits.digitFont
                // Qt's own rendering on a GPU makes corners of the curves of letters as large as these.
                renderType: Text.NativeRendering
                color: digits.valid ? Theme.primary : Theme.secondary
                text: digits.valid ? digits.text.charAt(index) : "\u2013"
            }
        }
    }
}
