// What the numbers of the car warn of: each limit with the time for which it has to be passed.
import QtQuick
import "quantities.js" as Quantities

QtObject {
    id: warnings

    property var gauges: ({})
    property real rpm: NaN
    property bool hasRpm: false
    property bool patient: true

    function of(name: string): real {
        return gauges[name] ?? NaN;
    }

    readonly property bool running: !hasRpm || rpm > Quantities.oilLow.running
    // Of each: its name, and whether it is passed.
    readonly property var active: passed([["hot", hot.active], ["oilLow", oilLow.active], ["chargeVeryLow", chargeVeryLow.active], ["voltsVeryLow", voltsVeryLow.active], ["fuelLow", fuelLow.active], ["chargeLow", chargeLow.active && !chargeVeryLow.active], ["voltsLow", voltsLow.active && !voltsVeryLow.active], ["voltsHigh", voltsHigh.active]])
    readonly property bool freezing: frost.active

    function passed(alarms: var): var {
        return alarms.filter(alarm => alarm[1]).map(alarm => alarm[0]);
    }

    // The colour of a small gauge; empty while all is well.
    function colourOf(quantity: string): string {
        const any = names => names.some(name => active.includes(name));
        if (quantity === "coolant")
            return any(["hot"]) ? "red" : "";
        if (quantity === "oil")
            return any(["oilLow"]) ? "red" : "";
        if (quantity === "fuel")
            return any(["fuelLow"]) ? "amber" : "";
        if (quantity === "charge")
            return any(["chargeVeryLow"]) ? "red" : any(["chargeLow"]) ? "amber" : "";
        return any(["voltsVeryLow"]) ? "red" : any(["voltsLow", "voltsHigh"]) ? "amber" : "";
    }

    readonly property Alarm hot: Alarm {
        value: warnings.of("coolant")
        on: Quantities.hot.on
        off: Quantities.hot.off
        after: Theme.dwellHot
        patient: warnings.patient
    }
    readonly property Alarm oilLow: Alarm {
        // Without a turning engine there is no pressure, and nothing wrong.
        value: warnings.running ? warnings.of("oil") : NaN
        on: Quantities.oilLow.on
        off: Quantities.oilLow.off
        after: Theme.dwellHot
        patient: warnings.patient
    }
    readonly property Alarm fuelLow: Alarm {
        value: warnings.of("fuel")
        on: Quantities.fuelLow.on
        off: Quantities.fuelLow.off
        after: Theme.dwellLow
        release: Theme.dwellLow
        patient: warnings.patient
    }
    readonly property Alarm chargeLow: Alarm {
        value: warnings.of("charge")
        on: Quantities.chargeLow.on
        off: Quantities.chargeLow.off
    }
    readonly property Alarm chargeVeryLow: Alarm {
        value: warnings.of("charge")
        on: Quantities.chargeVeryLow.on
        off: Quantities.chargeVeryLow.off
    }
    readonly property Alarm voltsLow: Alarm {
        value: warnings.running ? warnings.of("volts") : NaN
        on: Quantities.voltsLow.on
        off: Quantities.voltsLow.off
        after: Theme.dwellLow
        patient: warnings.patient
    }
    readonly property Alarm voltsVeryLow: Alarm {
        value: warnings.of("volts")
        on: Quantities.voltsVeryLow.on
        off: Quantities.voltsVeryLow.off
        after: Theme.dwellLow
        patient: warnings.patient
    }
    readonly property Alarm voltsHigh: Alarm {
        value: warnings.of("volts")
        on: Quantities.voltsHigh.on
        off: Quantities.voltsHigh.off
        after: Theme.dwellLow
        patient: warnings.patient
    }
    readonly property Alarm frost: Alarm {
        value: warnings.of("outside")
        on: Quantities.frost.on
        off: Quantities.frost.off
    }
}
