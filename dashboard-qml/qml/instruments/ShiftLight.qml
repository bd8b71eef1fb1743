// Bars that fill from both ends to the middle: over the last fifth before the engine speed at which to shift. All lit
// is "shift"; beyond the red line they blink.
import QtQuick

Row {
    id: light

    property real rpm: NaN
    // At which to shift; NaN where nobody has said, and then there is no light.
    property real shiftAt: NaN
    property real redFrom: NaN
    property bool test: false
    property bool animated: true
    required property real room
    required property real textSize

    readonly property int bars: 15
    // From both ends, and the one in the middle.
    readonly property int steps: (bars + 1) / 2
    readonly property real from: shiftAt - shiftAt / 5
    readonly property int lit: test ? steps : isFinite(rpm) && isFinite(shiftAt) ? Math.max(0, Math.min(steps, Math.floor((rpm - from) / (shiftAt - from) * steps))) : 0
    readonly property bool over: !test && rpm >= redFrom
    property bool dark: false

    visible: isFinite(shiftAt)
    spacing: textSize * Theme.shiftGap

    Timer {
        interval: Theme.blink
        running: light.over && light.animated
        repeat: true
        onTriggered: light.dark = !light.dark
        onRunningChanged: light.dark = false
    }
    Repeater {
        model: light.bars
        Rectangle {
            required property int index
            readonly property int ring: light.steps - 1 - Math.abs(light.steps - 1 - index)
            readonly property bool on: ring < light.lit && !light.dark
            width: light.room / light.bars - light.spacing
            height: light.textSize * Theme.shiftBar
            radius: height / 2
            color: !on ? Theme.unlitBand : ring < 3 ? Theme.green : ring < 6 ? Theme.amber : Theme.red
        }
    }
}
