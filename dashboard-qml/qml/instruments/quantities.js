// What each small gauge shows, in the unit in which it comes; and the units that a driver wants.
.pragma library

// A level fills its arch from the start, a condition only points. Limits are those that fit most cars.
const gauges = {
    "coolant": { "icon": "coolant", "least": 50, "most": 130, "kind": "temperature", "zones": [[115, 130]] },
    "oil": { "icon": "oil", "least": 0, "most": 8, "kind": "pressure", "zones": [[0, 0.8]] },
    "fuel": { "icon": "fuel", "least": 0, "most": 100, "kind": "percent", "fills": true, "zones": [] },
    "charge": { "icon": "charge", "least": 0, "most": 100, "kind": "percent", "fills": true, "zones": [] },
    "volts": { "icon": "battery", "least": 10, "most": 16, "kind": "volts", "zones": [[10, 11.6], [15, 16]] },
};

// Limits of the warnings: from where, until where.
const hot = { "on": 115, "off": 110 };
const oilLow = { "on": 0.8, "off": 1.0, "running": 600 };
const fuelLow = { "on": 12, "off": 16 };
const chargeLow = { "on": 15, "off": 18 };
const chargeVeryLow = { "on": 5, "off": 8 };
const voltsLow = { "on": 12.0, "off": 12.2 };
const voltsVeryLow = { "on": 11.6, "off": 11.8 };
const voltsHigh = { "on": 15.0, "off": 14.8 };
const frost = { "on": 3, "off": 5 };

const psiPerBar = 14.503774;
const metresPerMile = 1609.344;

// Miles bring psi: who drives in them knows the tyres' pressure in it. Temperatures have a setting of their own.
function unit(kind, speedUnit, fahrenheit) {
    switch (kind) {
    case "temperature":
        return fahrenheit ? "\u00b0F" : "\u00b0C";
    case "pressure":
        return speedUnit === "mph" ? "psi" : "bar";
    case "volts":
        return "V";
    case "distance":
        return speedUnit === "mph" ? "mi" : "km";
    default:
        return "%";
    }
}

function inUnit(value, kind, speedUnit, fahrenheit) {
    if (kind === "temperature")
        return fahrenheit ? value * 9 / 5 + 32 : value;
    if (kind === "pressure")
        return speedUnit === "mph" ? value * psiPerBar : value;
    if (kind === "distance")
        return value / (speedUnit === "mph" ? metresPerMile : 1000);
    return value;
}

// Two dashes: one before a degree sign reads as minus.
const dashes = "\u2013\u2009\u2013";
const minus = "\u2212";

function number(value, decimals) {
    // No "-0".
    const text = Math.abs(value).toFixed(decimals);
    return value < 0 && Number(text) !== 0 ? minus + text : text;
}

function text(value, kind, speedUnit, fahrenheit) {
    if (!isFinite(value))
        return dashes;
    const decimals = kind === "volts" || kind === "pressure" && speedUnit !== "mph" ? 1 : 0;
    return number(inUnit(value, kind, speedUnit, fahrenheit), decimals);
}

// A distance is cut off and not rounded: nobody has driven what is still to come. A thin space between thousands.
function distance(metres, speedUnit, decimals) {
    if (!isFinite(metres))
        return dashes;
    const scale = Math.pow(10, decimals);
    const [whole, part] = (Math.floor(inUnit(metres, "distance", speedUnit, false) * scale) / scale).toFixed(decimals).split(".");
    const grouped = whole.replace(/(\d)(?=(\d{3})+$)/g, "$1\u2009");
    return part === undefined ? grouped : `${grouped}.${part}`;
}
