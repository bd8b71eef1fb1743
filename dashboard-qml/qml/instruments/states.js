// What each state means for a driver. The first six words are those of org.cardash.Speed1; the others
// are this display's own. A word that is not here has no speed.
.pragma library

const sentences = {
    "ok": "",
    "degraded": "A wheel sensor is left out",
    "implausible": "Wheel speeds disagree",
    "stale": "Wheel speeds have stopped",
    "no-data": "No wheel speed received yet",
    "can-down": "CAN bus is down",
    "starting": "",
    "no-service": "Speed service is not running",
    "no-answer": "Speed service does not answer",
    "no-bus": "Message bus cannot be reached",
};

function sentence(state) {
    return sentences.hasOwnProperty(state) ? sentences[state] : "Speed service is not understood";
}

function hasSpeed(state) {
    return state === "ok" || state === "degraded";
}
