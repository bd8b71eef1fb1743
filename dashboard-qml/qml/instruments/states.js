// What each state means for a driver. The first six words are those of org.cardash.Speed1; the others
// are this display's own. Short: a small panel has to hold them on one line. A word that is not here
// has no speed.
.pragma library

const sentences = {
    "ok": "",
    "degraded": "Wheel sensor left out",
    "implausible": "Wheel speeds disagree",
    "stale": "Wheel speeds stopped",
    "no-data": "No wheel speed yet",
    "can-down": "CAN bus is down",
    "starting": "",
    "no-service": "No speed service",
    "no-answer": "No reply from service",
    "no-bus": "No message bus",
};

function sentence(state) {
    return sentences.hasOwnProperty(state) ? sentences[state] : "Unknown speed state";
}

function hasSpeed(state) {
    return state === "ok" || state === "degraded";
}
