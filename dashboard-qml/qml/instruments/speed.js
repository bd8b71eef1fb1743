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

// The number to show for a speed that is not below the true one: IndicatedSpeed of org.cardash.Speed1.
// UN R39: 0 <= shown - true <= 0.1 * true + 4 km/h, so it rounds up, never to nearest. A number once shown
// stays while the speed is at most `hold` below its range.
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

// Steps between numerals and those between ticks, the ones that drivers know best first.
const steps = new Map([[10, 5], [20, 10], [40, 10], [50, 10], [25, 5], [30, 10], [60, 10], [100, 20]]);

// The first step whose numerals stand at least `room` apart, of those that bring the scale's end, which must have
// a numeral, nearest to `full`.
// On half an arch, where there is little room, 80 too.
function labelStep(full, arcLength, room, half) {
    const fits = step => arcLength * step / scaleEnd(full, step) >= room;
    let best = 0;
    for (const step of half ? [...steps.keys(), 80] : steps.keys())
        if (fits(step) && (best === 0 || scaleEnd(full, step) < scaleEnd(full, best)))
            best = step;
    return best > 0 ? best : full;
}

// Steps of engine speed (`unit` 1000, rpm) and power (1, kW): the first whose numerals stand at least `room` apart.
function driveStep(span, arcLength, room, unit) {
    const choice = unit > 1 ? [1, 2, 5] : [10, 20, 30, 50, 60, 100, 200, 500];
    return (choice.find(step => arcLength * step * unit / span >= room) ?? span / unit) * unit;
}

// Half of it, or a third where that is the rounder.
function halfStep(step) {
    return step % 30 === 0 && step < 1000 ? step / 3 : step / 2;
}

// Divides every numeral's step, so that each numeral's tick is one of these too.
function tickStep(step) {
    return steps.get(step) ?? (step === 80 ? 20 : step);
}

// The multiple of the step that is at least `full`.
function scaleEnd(full, step) {
    return step > 0 ? Math.ceil(full / step - floatNoise) * step : full;
}

function range(full, step) {
    const values = [];
    for (let value = 0; value <= full + floatNoise; value += step)
        values.push(value);
    return values;
}
