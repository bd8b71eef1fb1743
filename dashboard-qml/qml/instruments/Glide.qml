// Takes a needle to its place, in each picture by as much as the time since the last one asks. An animation of the property would
// begin anew with each value: where pictures take longer than the values are apart, the needle would never move.
import QtQuick

FrameAnimation {
    id: glide

    required property real place
    property bool enabled: true
    property real shown: 0

    running: enabled && shown !== place
    onPlaceChanged: {
        if (!enabled)
            shown = place;
    }
    onTriggered: {
        const left = (place - shown) * Math.exp(-frameTime * Theme.millisecondsASecond / Theme.glide);
        shown = Math.abs(left) < Theme.glideEnd ? place : place - left;
    }
    Component.onCompleted: shown = place
}
