// What the left half of the arch shows: between its first two numerals and beside them, so that it is read with neither.
import QtQuick

Text {
    required property Track track
    required property real textSize
    property bool turns: true
    // Whether there is room for more than the unit.
    property bool roomy: false

    readonly property real angle: track.angleFor(track.least + track.step / 2)
    readonly property real reach: track.labelOuter - textSize * Theme.captionInset
    readonly property string unit: turns ? "rpm" : "kW"

    x: track.pointX(angle, reach) + textSize * (track.least < 0 ? Theme.captionAirNegative : Theme.captionAir)
    y: track.pointY(angle, reach) - height / 2
    text: !track.live ? `${unit} \u2013` : roomy && turns ? `\u00d71000 ${unit}` : unit
    color: Theme.secondary
    font.family: Theme.family
    font.pixelSize: textSize
}
