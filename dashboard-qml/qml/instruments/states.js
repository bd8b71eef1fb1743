// What each state means for a driver. The first six words are those of org.cardash.Speed1; the others
// are this display's own. Short: a small panel has to hold them on one line. A word that is not here
// has no speed.
.pragma library

const sentences = {
    "ok": "",
    "degraded": "Speed less certain",
    "implausible": "Wheel speeds disagree",
    "stale": "Wheel speeds stopped",
    "no-data": "No wheel speed yet",
    "can-down": "CAN bus is down",
    "starting": "",
    "no-service": "No speed service",
    "no-answer": "No reply from service",
    "no-bus": "No message bus",
};

// What StateReason of org.cardash.Speed1 says more exactly.
const reasons = {
    "wheel-left-out": "Wheel sensor left out",
    "axle-left-out": "Axle sensors left out",
    "slip": "Wheels slip",
    "few-witnesses": "Wheel sensor missing",
    "held": "Last speed carried on",
    "wide-uncertainty": "Speed is uncertain",
    "delivered-late": "Wheel speeds are late",
    "late": "Wheel speeds stopped",
    "clock-stopped": "CAN clock stands still",
    "not-yet-agreed": "Waiting for the wheels",
    "contradiction": "Wheel speeds disagree",
    "impossible": "Impossible speed",
    "sliding": "All wheels may slide",
    "frozen": "Wheel speeds frozen",
    "one-axle-only": "One axle is not enough",
    "not-available": "Wheel speeds invalid",
    "no-data": "No wheel speed yet",
    "link-down": "CAN bus is down",
};

// By the reason; by the state where there is none, or one that is not known here.
function sentence(state, reason) {
    if (!sentences.hasOwnProperty(state))
        return "Unknown speed state";
    return state !== "ok" && reasons.hasOwnProperty(reason) ? reasons[reason] : sentences[state];
}

function hasSpeed(state) {
    return state === "ok" || state === "degraded";
}
