// What each state means for a driver. The first six words are those of org.cardash.Speed1; the others
// are this display's own. Short: a small panel has to hold them on one line. A word that is not here
// has no speed.
.pragma library

const sentences = {
    "ok": "",
    "degraded": qsTr("Speed less certain"),
    "implausible": qsTr("Wheel speeds disagree"),
    "stale": qsTr("Wheel speeds stopped"),
    "no-data": qsTr("No wheel speed yet"),
    "can-down": qsTr("CAN bus is down"),
    "starting": "",
    "no-service": qsTr("No speed service"),
    "no-answer": qsTr("No reply from service"),
    "no-bus": qsTr("No message bus"),
};

// What StateReason of org.cardash.Speed1 says more exactly.
const reasons = {
    "wheel-left-out": qsTr("Wheel sensor left out"),
    "axle-left-out": qsTr("Axle sensors left out"),
    "slip": qsTr("Wheels slip"),
    "few-witnesses": qsTr("Wheel sensor missing"),
    "held": qsTr("Last speed carried on"),
    "wide-uncertainty": qsTr("Speed is uncertain"),
    "delivered-late": qsTr("Wheel speeds are late"),
    "late": qsTr("Wheel speeds stopped"),
    "clock-stopped": qsTr("CAN clock stands still"),
    "not-yet-agreed": qsTr("Waiting for the wheels"),
    "contradiction": qsTr("Wheel speeds disagree"),
    "impossible": qsTr("Impossible speed"),
    "sliding": qsTr("All wheels may slide"),
    "frozen": qsTr("Wheel speeds frozen"),
    "one-axle-only": qsTr("One axle is not enough"),
    "not-available": qsTr("Wheel speeds invalid"),
    "no-data": qsTr("No wheel speed yet"),
    "link-down": qsTr("CAN bus is down"),
};

// By the reason; by the state where there is none, or one that is not known here.
function sentence(state, reason) {
    if (!sentences.hasOwnProperty(state))
        return qsTr("Unknown speed state");
    return state !== "ok" && reasons.hasOwnProperty(reason) ? reasons[reason] : sentences[state];
}

function hasSpeed(state) {
    return state === "ok" || state === "degraded";
}
