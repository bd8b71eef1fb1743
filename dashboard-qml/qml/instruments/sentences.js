// What is to be said, the worst first: dangers, the speed's own state, cautions, lost instruments, unknown lamps.
// Short, as those of states.js.
.pragma library
.import "states.js" as States

// While the service or the bus is gone all else follows from it, and one sentence says it.
const silences = ["can-down", "no-service", "no-answer", "no-bus", "starting"];

// Texts of red lamps, in the order of their weight.
const dangers = [
    ["brake", qsTr("Brakes: fault or applied")],
    ["oil", qsTr("Oil pressure is low")],
    ["battery", qsTr("Battery is not charged")],
    ["airbag", qsTr("Airbag has a fault")],
    ["belt", qsTr("Fasten seat belt")],
    ["door", qsTr("A door is open")],
];

const lost = {
    "rpm": qsTr("Engine speed unknown"),
    "power": qsTr("Power unknown"),
    "gear": qsTr("Gear unknown"),
    "fuel": qsTr("Fuel level unknown"),
    "charge": qsTr("Charge unknown"),
    "coolant": qsTr("Coolant unknown"),
    "oil": qsTr("Oil pressure unknown"),
    "volts": qsTr("Voltage unknown"),
    "outside": qsTr("Outside heat unknown"),
    "odometer": qsTr("Odometer unknown"),
    "trip": qsTr("Trip unknown"),
};

const alarms = {
    "hot": qsTr("Engine too hot"),
    "oilLow": qsTr("Oil pressure is low"),
    "chargeVeryLow": qsTr("Charge is very low"),
    "voltsVeryLow": qsTr("Battery is very low"),
    "fuelLow": qsTr("Fuel is low"),
    "chargeLow": qsTr("Charge is low"),
    "voltsLow": qsTr("Battery is low"),
    "voltsHigh": qsTr("Voltage is too high"),
};
const redAlarms = ["hot", "oilLow", "chargeVeryLow", "voltsVeryLow"];
const amberAlarms = ["fuelLow", "chargeLow", "voltsLow", "voltsHigh"];

// `alarms` and `missing` are names; `lamps` are states by name; a handbrake or a door is news only to who drives.
function all(speedState, reason, alarmed, missing, lamps, moving) {
    const found = [];
    const say = (text, mark) => {
        if (text !== "" && !found.some(sentence => sentence.text === text))
            found.push({ "text": text, "mark": mark });
    };
    const silent = silences.includes(speedState);
    redAlarms.filter(name => alarmed.includes(name)).forEach(name => say(alarms[name], "red"));
    for (const [lamp, text] of dangers)
        if (lamps[lamp] === "on" && (moving || !["brake", "door"].includes(lamp)))
            say(text, "red");
    if (lamps["park"] === "on" && moving)
        say(qsTr("Parking brake is on"), "red");
    say(States.sentence(speedState, reason), "amber");
    amberAlarms.filter(name => alarmed.includes(name)).forEach(name => say(alarms[name], "amber"));
    if (silent)
        return found;
    missing.forEach(name => say(lost[name], "amber"));
    const unknown = Object.keys(lamps).filter(lamp => !["on", "off"].includes(lamps[lamp])).length;
    if (unknown > 0)
        say(unknown === 1 ? qsTr("A lamp is unknown") : qsTr("%1 lamps are unknown").arg(unknown), "amber");
    return found;
}
