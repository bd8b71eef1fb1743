// Units, the scale, and the rounding of UN Regulation 39.
.pragma library

const kmPerMile = 1.609344;
// Below a CAN signal's resolution and above the noise of adding four doubles.
const floatNoise = 1e-6;
// How far speed may fall below a shown number's range before the digits follow, so that they do not flicker.
const hold = 0.25;

function inUnit(speedKmh, unit) {
    return unit === "mph" ? speedKmh / kmPerMile : speedKmh;
}

// The number to show. UN R39: 0 <= shown - true <= 0.1 * true + 4 km/h, so it rounds up, never to
// nearest. A number once shown stays while the true speed is at most `hold` below its range.
function indicated(speedKmh, unit, shown) {
    const value = inUnit(speedKmh, unit);
    const up = Math.max(0, Math.ceil(value - floatNoise));
    return up > 0 && up === shown - 1 && value > up - hold ? shown : up;
}

// Full scale in the unit shown: in mph the next multiple of 20 above the setting.
function fullScale(fullScaleKmh, unit) {
    const value = inUnit(fullScaleKmh, unit);
    return unit === "mph" ? Math.ceil(value / 20 - floatNoise) * 20 : value;
}

// The smallest round step between numerals for which they stand at least `room` apart.
function labelStep(full, arcLength, room) {
    for (const step of [10, 20, 40, 50, 100])
        if (arcLength * step / full >= room)
            return step;
    return full;
}

function range(full, step) {
    const values = [];
    for (let value = 0; value <= full + floatNoise; value += step)
        values.push(value);
    return values;
}
