// Where the parts of the panel lie. All its proportions are here, in those of the window and of the text's size t; they
// belong to these formulas and to nothing else. Tall, wide, low and tiny follow from the window's shape; race is chosen.
import QtQuick

QtObject {
    id: layout

    required property real width
    required property real height
    property bool race: false
    // What the car has.
    property bool hasLamps: false
    property bool hasLine: false
    property bool hasLeft: false
    property bool hasGear: false
    property int leftGauges: 0
    property int rightGauges: 0

    readonly property real t: Math.ceil(Math.max(height * Theme.text, Math.min(height * Theme.largestText, Theme.smallestText(width, height))))
    readonly property bool wide: width / Math.max(1, height) >= 2.2
    readonly property bool low: wide && height / t < 12
    // Without the wings of a wide window there is less room for the same characters.
    readonly property bool tiny: height / t < (wide ? 10 : 12)
    readonly property bool tall: !wide && !tiny
    readonly property string family: race ? "race" : low ? "low" : wide ? "wide" : tiny ? "tiny" : "tall"
    readonly property bool split: hasLeft && !race
    readonly property bool whole: !hasLeft
    // How many small gauges a side has room for, and whether they stand in the line instead.
    readonly property int gaugesASide: tiny ? 0 : low && !race ? 1 : 2
    readonly property int shownGauges: tiny ? 0 : Math.min(gaugesASide, leftGauges) + Math.min(gaugesASide, rightGauges)

    readonly property real margin: height * 0.045
    readonly property real lamp: Math.round(t * (wide ? 1.28 : 1.2))
    readonly property real strip: (wide && !tiny) || !hasLamps ? 0 : lamp + t * 0.5
    readonly property real line: t * 1.5
    readonly property real lineY: height - line + (line - t * 1.2) / 2 - t * 0.06
    readonly property real gaugeHeight: t * 3.1

    // ---- the arch ----
    readonly property real archHalf: wide ? Math.min(width * 0.305, (height - line - margin) * 1.18) : (width - 2 * margin) / 2
    readonly property real archTop: race ? margin * 0.5 + t * 0.95 : wide ? margin : hasLamps ? strip + t * 0.18 : margin * 1.15
    readonly property real archFoot: wide ? height - line - t * (low ? 0.75 : 1.3) : shownGauges > 0 ? height - line - gaugeHeight - t * (split ? 1.55 : 1.3) : height - line - t * (tiny ? 0.35 : 0.8)
    readonly property real archAspect: 2 * archHalf / Math.max(1, archFoot - archTop)
    readonly property real halfSweep: Math.max(60, Math.min(Theme.widestHalfSweep, degrees(archAspect <= 2 ? Math.acos(Math.max(-1, 1 - 2 / archAspect)) : 2 * Math.atan(2 / archAspect))))
    readonly property real radius: Math.max(1, Math.min((archFoot - archTop) / (1 - Math.cos(radians(halfSweep))), archHalf / (halfSweep >= 90 ? 1 : Math.sin(radians(halfSweep)))))
    readonly property real centreX: width / 2
    readonly property real centreY: archTop + radius
    readonly property real footY: archTop + radius * (1 - Math.cos(radians(halfSweep)))
    // Wide enough for the numerals at both sides of it.
    readonly property real gap: split ? Math.max(6.5, degrees(Math.asin(Math.min(1, t / (radius * 0.87))))) : 0
    readonly property real wing: wide ? centreX - radius * Math.sin(radians(Math.min(90, halfSweep))) : 0
    readonly property real inner: archTop + radius * 0.13 + t * (tiny ? 0.12 : 0.95)

    // ---- what stands in the middle ----
    readonly property bool gearBelow: hasGear && !race && !low && !tiny
    readonly property bool gearBeside: hasGear && !race && !gearBelow
    readonly property real stackFoot: wide ? height - line - t * 0.15 : shownGauges > 0 ? height - line - t * 0.25 : footY
    readonly property real below: t * 1.5 + (gearBelow ? t * 1.62 : 0)
    readonly property real digitsFoot: stackFoot - below - (wide ? t * (low ? 0.1 : 0.55) : 0)
    readonly property real digitsMost: Math.min(height * (tiny ? 0.33 : 0.32), digitsFoot - inner - t * 0.35)
    readonly property real unitY: digitsFoot + t * 0.30
    readonly property real gearSize: gearBelow ? t / Theme.capital : t * 1.5
    readonly property real gearX: gearBelow ? centreX : centreX + t * (tiny ? 3.7 : 5.2)
    // The middle of its line, below the unit.
    readonly property real gearY: digitsFoot + t * 2.38

    // ---- race ----
    readonly property real heroHeight: height * 0.38
    readonly property real heroY: inner + t * 0.35
    readonly property real sideDigits: Math.min(height * 0.2, (wing - margin) / 3 / Theme.digitCell * Theme.capital)
    readonly property real heroFoot: heroY + heroHeight

    // ---- small gauges ----
    readonly property real cell: wide ? wing - margin * 1.2 : (width - 2 * margin * 0.6 - t * 3.2) / 4
    readonly property real gaugeText: wide ? Math.min(t * 1.22, Math.max(t, cell / 6.4)) : t
    readonly property real wingTop: race ? margin * 0.42 + t * 1.1 : margin + (hasLamps ? lamp * 2.6 : t * 0.6)
    readonly property real wingRoom: height - line - wingTop - t * 0.2

    // ---- the line ----
    // In a tall window the sentence takes the line's place; in a wide one there is room for both.
    readonly property bool lineShared: wide && !race
    readonly property bool hasOdometer: !tiny && !race
    readonly property bool hasTrip: hasOdometer && !low && !(wide && width / t < 36)
    readonly property bool hasClock: !tiny

    // The left edge of a small gauge's cell: the place-th of `count` on its side.
    function gaugeX(onLeft: bool, place: int, count: int): real {
        if (wide)
            return onLeft && !race ? margin * 0.5 : width - margin * 0.5 - cell;
        // One alone takes the middle of its side.
        const alone = count === 1 ? cell * 0.15 : 0;
        return onLeft ? margin * 0.6 + place * cell + alone : width - margin * 0.6 - (count - place) * cell - alone;
    }

    function gaugeY(place: int, count: int, own: real): real {
        return wide ? wingTop + wingRoom / count * place + (wingRoom / count - own) / 2 : height - line - t * 0.12 - own;
    }

    // The left edge of the place-th of `count` lamps in one row, between the arrows.
    function rowX(place: int, count: int): real {
        const room = width - 2 * (margin * 0.9 + lamp * 1.25);
        const pitch = Math.min(room / count, lamp * 1.4);
        return width / 2 + (place - (count - 1) / 2) * pitch - lamp / 2;
    }

    // Blocks of four columns in the upper corners; that on the right is filled towards the corner.
    function blockX(onLeft: bool, place: int, count: int): real {
        const pitch = Math.min(lamp * 1.34, (arrowX(true) - margin - lamp * 1.1) / (race ? 2 : 3));
        const column = place % 4;
        if (onLeft)
            return margin + column * pitch;
        const inRow = Math.min(4, count - Math.floor(place / 4) * 4);
        return width - margin - lamp - (inRow - 1 - column) * pitch;
    }

    function blockY(place: int): real {
        return margin + Math.floor(place / 4) * lamp * 1.26;
    }

    // In the race layout what is lit stands over the speed, in rows of three.
    function raceLampY(row: int): real {
        return wingTop + row * lamp * 1.26;
    }

    readonly property real arrow: lamp * (wide ? 1.25 : 1.05)

    function arrowX(onLeft: bool): real {
        if (wide)
            return onLeft ? wing - arrow * 0.2 : width - wing - arrow * 0.8;
        return onLeft ? margin * 0.9 : width - margin * 0.9 - arrow;
    }

    readonly property real arrowY: wide ? margin : (strip - arrow) / 2
    // Where the lamps of one row stand.
    readonly property real packedY: (strip - lamp) / 2

    // Height of three digits that keep clear of a numeral of this text at this angle of the arch, on `labelOuter`.
    function clearOf(angle: real, text: string, labelOuter: real): real {
        const a = radians(angle);
        const wide = text.length * t * 0.62;
        const q = labelOuter - Math.abs(Math.sin(a)) * wide / 2 - Math.abs(Math.cos(a)) * t * 0.35;
        const inside = Math.abs(q * Math.sin(a)) - wide / 2 - t * Theme.labelAir;
        const under = centreY - q * Math.cos(a) + t * 0.65;
        return Math.max(1, inside / Theme.digitsReach, digitsFoot - under);
    }

    function radians(degrees: real): real {
        return degrees * Math.PI / 180;
    }

    function degrees(radians: real): real {
        return radians * 180 / Math.PI;
    }
}
