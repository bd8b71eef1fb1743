import QtQuick
import Cardash.Example

Window {
    width: 480
    height: 240
    visible: true
    title: "Speed"
    color: "black"

    VehicleSpeed {
        id: speed
    }

    Text {
        id: label
        anchors.fill: parent
        anchors.margins: 24
        horizontalAlignment: Text.AlignHCenter
        verticalAlignment: Text.AlignVCenter
        wrapMode: Text.Wrap
        // Without a speed the number must go: an old one is worse than none.
        text: speed.valid ? speed.kmh + " km/h" : speed.reason
        color: speed.valid ? "white" : "orange"
        font.pixelSize: speed.valid ? 96 : 32
        onTextChanged: console.info(label.text)
    }

    Text {
        anchors.bottom: parent.bottom
        anchors.horizontalCenter: parent.horizontalCenter
        anchors.bottomMargin: 24
        visible: !isNaN(speed.uncertainty)
        text: "\u00b1 " + speed.uncertainty.toFixed(1) + " km/h"
        color: "gray"
        font.pixelSize: 32
    }
}
