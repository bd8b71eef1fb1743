// The gear. It changes at once; a dash when nobody knows it.
import QtQuick

Text {
    property string gear: ""
    required property real textSize
    property bool hero: false

    text: gear === "" ? "\u2013" : gear
    color: gear === "" ? Theme.secondary : Theme.primary
    font.family: Theme.family
    // Beside a unit it must not be read as a number of it.
    font.weight: hero ? Font.Normal : Font.DemiBold
    font.pixelSize: Math.max(1, textSize)
    Accessible.role: Accessible.StaticText
    Accessible.name: gear === "" ? "gear unknown" : `gear ${gear}`
}
