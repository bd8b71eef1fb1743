import QtQuick
import Cardash.Example

Window {
    width: 480
    height: 240
    visible: true
    title: "Engine"
    color: "black"

    CarSignal {
        id: engine
        path: "Vehicle.Powertrain.CombustionEngine.Speed"
    }

    Text {
        id: label
        anchors.fill: parent
        anchors.margins: 24
        horizontalAlignment: Text.AlignHCenter
        verticalAlignment: Text.AlignVCenter
        wrapMode: Text.Wrap
        // Without a value the number must go: an old one is worse than none.
        text: engine.valid ? Math.round(engine.value) + " rpm" : engine.reason
        color: engine.valid ? "white" : "orange"
        font.pixelSize: engine.valid ? 96 : 32
        onTextChanged: console.info(label.text)
    }
}
