// Whether a value is where it should not be: from `on`, for `after` milliseconds, until `off` for `release`. What is
// lost is no alarm: it has a look of its own.
import QtQuick

QtObject {
    id: alarm

    property real value: NaN
    required property real on
    required property real off
    property int after: 0
    property int release: 0
    // Without it there is no wait, as for a picture.
    property bool patient: true

    readonly property real sense: on >= off ? 1 : -1
    readonly property bool beyond: isFinite(value) && sense * (value - on) >= 0
    readonly property bool clear: !isFinite(value) || sense * (value - off) <= 0
    readonly property bool lost: !isFinite(value)
    property bool active: false

    readonly property Timer dwell: Timer {
        onTriggered: alarm.active = !alarm.active
    }

    function follow() {
        const wanted = active ? !clear : beyond;
        const wait = !patient || lost ? 0 : wanted ? after : release;
        if (wanted === active)
            dwell.stop();
        else if (wait === 0) {
            dwell.stop();
            active = wanted;
        } else if (!dwell.running) {
            dwell.interval = wait;
            dwell.start();
        }
    }

    onBeyondChanged: follow()
    onClearChanged: follow()
    onPatientChanged: follow()
    Component.onCompleted: follow()
}
