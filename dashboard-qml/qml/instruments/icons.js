// The symbols: own drawings on a square of 24 by 24. `s` is stroked, `t` stroked thinly (letters), `f` filled.
// Before a road approval a person has to hold them against the figures of the regulation.
.pragma library

const LENS_R = "M11.4 4.6C18 4.6 21.6 8 21.6 12S18 19.4 11.4 19.4C9.9 15 9.9 9 11.4 4.6Z";
const LENS_L = "M12.6 4.6C6 4.6 2.4 8 2.4 12S6 19.4 12.6 19.4C14.1 15 14.1 9 12.6 4.6Z";
const BRACKETS = "M3.6 5.2A11 11 0 0 0 3.6 18.8M20.4 5.2A11 11 0 0 1 20.4 18.8";
const RING = "M12 4.6A7.4 7.4 0 1 1 12 19.4A7.4 7.4 0 1 1 12 4.6Z";
const paths = {
    left: { f: "M1.6 12L11 3V8.2H22.4V15.8H11V21Z" },
    right: { f: "M22.4 12L13 3V8.2H1.6V15.8H13V21Z" },
    hazard: { s: "M12 2.8L22.4 20.8H1.6ZM12 9.4L16.7 17.5H7.3Z" },
    high: { s: LENS_R + "M1.8 6.2H7.6M1.8 10.1H6.6M1.8 13.9H6.6M1.8 17.8H7.6" },
    low: { s: LENS_R + "M7.6 5.6L1.8 8.2M6.7 9.6L1.8 11.8M6.7 13.6L1.8 15.8M7.4 17.4L1.8 19.9" },
    fogFront: { s: LENS_R + "M7.8 5.8L1.4 8.6M6.9 11L1.4 13.4M7.6 16.1L1.4 18.8M4.6 3.6C3 6.4 6.2 8.8 4.6 11.8S6.2 17.6 4.6 20.8" },
    fogRear: { s: LENS_L + "M16.4 6.6H22.6M17.4 12H22.6M16.4 17.4H22.6M19.6 3.6C18 6.4 21.2 8.8 19.6 11.8S21.2 17.6 19.6 20.8" },
    park: { s: RING + BRACKETS, t: "M9.9 16.2V7.9H12.8A2.5 2.5 0 0 1 12.8 12.9H9.9" },
    brake: { s: RING + BRACKETS + "M12 8.2V13M12 15.8V15.9" },
    tyre: { s: "M7.2 4C3.4 8 3.2 14.4 6.6 18.2H17.4C20.8 14.4 20.6 8 16.8 4M7.6 18.4V21M12 18.4V21M16.4 18.4V21M12 6.4V12.2M12 14.9V15" },
    engine: { s: "M6.6 9H14.2L16.5 11.3H18.4V9.6H21.8V17.4H18.4V15.8H16.8L14.6 18.8H8.8L6.6 16.4ZM6.6 12.7H2.6M2.6 9.4V16M10.4 9V6M7 6H13.8" },
    abs: { s: "M12 3.7A8.3 8.3 0 1 1 12 20.3A8.3 8.3 0 1 1 12 3.7ZM2.7 4.7A11.6 11.6 0 0 0 2.7 19.3M21.3 4.7A11.6 11.6 0 0 1 21.3 19.3",
           t: "M6.1 14.5L7.9 9.5L9.7 14.5M6.8 12.9H9M11 9.5V14.5H12.4A1.35 1.35 0 0 0 12.4 11.8H11M11 9.5H12.2A1.15 1.15 0 0 1 12.2 11.8M17.7 10.3C17.2 9.2 15.2 9.1 15.1 10.6C15 12.3 17.8 11.6 17.8 13.3C17.8 14.9 15.4 14.9 14.9 13.6" },
    esc: { s: "M4.6 14.2V9.8L6.6 5.1Q7 4.2 8 4.2H16Q17 4.2 17.4 5.1L19.4 9.8V14.2ZM4.8 9.4H19.2M8.4 17C5.4 18.4 10.2 20 7 22M16.4 17C13.4 18.4 18.2 20 15 22" , f: "M6.9 10.9H9V12.7H6.9ZM15 10.9H17.1V12.7H15Z" },
    airbag: { s: "M6.6 9.6L8.2 16.4H13.4L16 21.4M4 13.6L5.6 21.4M17 5.6A4.4 4.4 0 1 1 17 14.4A4.4 4.4 0 1 1 17 5.6ZM8 11.2L12.2 12.4", f: "M7.6 2.2A2.5 2.5 0 1 1 7.6 7.2A2.5 2.5 0 1 1 7.6 2.2Z" },
    belt: { s: "M6.4 21.6V15.2C6.4 12.4 8.4 10.6 12 10.6S17.6 12.4 17.6 15.2V21.6M7.6 12L17.2 20.4M3.4 21.6H20.6", f: "M12 2A3.1 3.1 0 1 1 12 8.2A3.1 3.1 0 1 1 12 2Z" },
    oil: { s: "M6.4 10.6H13.6L15.3 12.4L21.4 8.6L16.2 18H6.4ZM6.4 11.2L2.2 9.2V12.2L6.4 15M10 10.6V7.8M7.4 7.8H12.6", f: "M21.6 12.6C22.8 14.6 23.2 15.3 23.2 16A1.6 1.6 0 0 1 20 16C20 15.3 20.4 14.6 21.6 12.6Z" },
    battery: { s: "M2.6 7.6H21.4V19.4H2.6ZM5 7.6V4.8H8.6V7.6M15.4 7.6V4.8H19V7.6M5.6 12.6H9.6M14.4 12.6H18.4M16.4 10.6V14.6" },
    door: { s: "M9.4 2.8H14.6Q16.8 2.8 16.8 6V18.4Q16.8 21.2 14.6 21.2H9.4Q7.2 21.2 7.2 18.4V6Q7.2 2.8 9.4 2.8ZM7.2 9L2.2 13.8M16.8 9L21.8 13.8M7.4 8.2Q12 6.2 16.6 8.2M9.2 17.4H14.8" },
    can: { s: "M1.6 12H8.4M15.6 12H22.4M10.2 10.2L13.8 13.8M13.8 10.2L10.2 13.8M5.4 12V8M18.6 12V16M2.8 3.4H8V8H2.8ZM16 16H21.2V20.6H16Z" },
    coolant: { s: "M11 13.2V3.4M11 4.4H15M11 7.6H14M11 10.8H15M1.8 20.6C3.5 18.8 5.2 18.8 6.9 20.6S10.3 22.4 12 20.6S15.4 18.8 17.1 20.6S20.5 22.4 22.2 20.6M1.8 15.8C3.4 14.2 4.8 14.2 6.4 15.4M15.8 15.4C17.6 17.2 20 17.4 22.2 15.6", f: "M11 12.4A2.9 2.9 0 1 1 11 18.2A2.9 2.9 0 1 1 11 12.4Z" },
    fuel: { s: "M4.8 20.8V4.6Q4.8 3.2 6.2 3.2H12.6Q14 3.2 14 4.6V20.8M3 20.8H15.8M7.4 6.4H11.4V10.2H7.4ZM14 12H15.4Q17 12 17 13.6V16.8Q17 18.6 18.7 18.6T20.4 16.8V8.6L17.4 5.4" },
    charge: { s: "M2.2 6.8H18.4V17.6H2.2ZM21.8 10.4V14" , f: "M11.4 7.9L6.6 13H9.9L9 16.6L13.9 11.3H10.6Z" },
    frost: { s: "M12 2.4V21.6M3.7 7.2L20.3 16.8M3.7 16.8L20.3 7.2M9.4 4L12 6.6L14.6 4M9.4 20L12 17.4L14.6 20M4 10.6L7.4 9.4L6.8 5.8M20 13.4L16.6 14.6L17.2 18.2M20 10.6L16.6 9.4L17.2 5.8M4 13.4L7.4 14.6L6.8 18.2" },
    warn: { s: "M12 2.6L22.6 21.2H1.4ZM12 9.4V14.4M12 17.7V17.8" }
};

// Order is place, from left to right: lights, cautions, dangers. Who has to leave some away leaves the first.
const lamps = [
    { id: "low", colour: "green" },
    { id: "high", colour: "blue" },
    { id: "fogFront", colour: "green" },
    { id: "fogRear", colour: "amber" },
    { id: "engine", colour: "amber" },
    { id: "abs", colour: "amber" },
    { id: "esc", colour: "amber" },
    { id: "tyre", colour: "amber" },
    { id: "can", colour: "amber" },
    { id: "door", colour: "red" },
    { id: "belt", colour: "red" },
    { id: "airbag", colour: "red" },
    { id: "battery", colour: "red" },
    { id: "oil", colour: "red" },
    { id: "park", colour: "red" },
    { id: "brake", colour: "red" },
    { id: "hazard", colour: "red" },
];
// Those before it stand on the left of a wide window, the others on the right.
const firstOnTheRight = "can";
const arrows = ["left", "right"];

// Those of these names, in their order.
function named(names) {
    const wanted = names.split(" ");
    return lamps.filter(lamp => wanted.includes(lamp.id));
}
