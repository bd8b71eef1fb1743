// Nothing: over everything while the car is parked and its bus asleep. A key or a touch shows for a while what is below.
import QtQuick

Rectangle {
    id: screen

    property int wakeful: Theme.wakeful
    readonly property bool covers: !woken.running

    function wake() {
        woken.restart();
    }

    visible: covers
    color: Theme.dark

    Timer {
        id: woken
        interval: screen.wakeful
    }
}
