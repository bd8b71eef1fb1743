// The speed as a number. Each digit stands in a cell of one width, whatever the font, so that it does
// not move when its neighbour changes. Dashes when there is no speed.
import QtQuick
import "speed.js" as Speed

Item {
    id: digits

    property real speedKmh: NaN
    property bool valid: false
    property string unit: "km/h"
    property real capHeight: 100
    property int shown: 0

    readonly property string text: valid ? String(shown) : "---"
    readonly property real cell: widest(metrics.font)

    implicitWidth: row.width
    implicitHeight: capHeight
    Accessible.role: Accessible.StaticText
    Accessible.name: valid ? text + " " + unit : "no speed"

    // Takes the font so that a binding follows it.
    function widest(font: font): real {
        let width = 0;
        for (let digit = 0; digit <= 9; ++digit)
            width = Math.max(width, metrics.advanceWidth(String(digit)));
        return width;
    }

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

    FontMetrics {
        id: metrics
        font.family: Theme.family
        font.pixelSize: Math.max(1, Math.round(digits.capHeight / Theme.capital))
    }

    Row {
        id: row
        anchors.centerIn: parent
        Repeater {
            model: digits.text.length
            Text {
                required property int index
                width: digits.cell
                horizontalAlignment: Text.AlignHCenter
                font: metrics.font
                color: digits.valid ? Theme.primary : Theme.secondary
                text: digits.valid ? digits.text.charAt(index) : "\u2013"
            }
        }
    }
}
