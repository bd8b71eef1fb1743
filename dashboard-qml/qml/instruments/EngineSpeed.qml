// The engine speed as a number, of the race layout: in steps of 50, and no faster than it can be read.
import QtQuick
import "quantities.js" as Quantities

Row {
    id: number

    property real rpm: NaN
    required property real textSize
    property bool animated: true
    readonly property int grain: 50
    property real shown: rpm

    spacing: textSize * Theme.packedGap
    onRpmChanged: {
        if (!animated || isFinite(rpm) !== isFinite(shown) || !pace.running) {
            shown = rpm;
            pace.start();
        }
    }
    Timer {
        id: pace
        interval: Theme.enginePace
        onTriggered: number.shown = number.rpm
    }
    Text {
        text: isFinite(number.shown) ? String(Math.round(number.shown / number.grain) * number.grain) : Quantities.dashes
        color: isFinite(number.shown) ? Theme.primary : Theme.secondary
        font.family: Theme.family
        font.pixelSize: number.textSize
    }
    Text {
        text: "rpm"
        color: Theme.secondary
        font.family: Theme.family
        font.pixelSize: number.textSize
    }
}
