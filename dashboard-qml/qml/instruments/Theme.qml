// Every colour, proportion and duration of the cluster. Nothing else holds a literal colour or size.
pragma Singleton
import QtQuick

QtObject {
    // ---- chosen by the settings ----
    property bool night: true
    // Diagonal of the panel in inches; 0 takes the usual one for the window's shape.
    property real panelInches: 0
    // A text face of even width and open forms, in Debian as fonts-inter; without it fontconfig gives DejaVu Sans.
    readonly property string family: "Inter"

    // ---- light ----
    readonly property color ground: night ? "#04060a" : "#eceff2"
    readonly property color lift: night ? "#111a24" : "#ffffff"
    readonly property color primary: night ? "#f2f6f8" : "#0b1015"
    readonly property color secondary: night ? "#9fb0bc" : "#3c4954"
    readonly property color hairline: night ? "#5d6c78" : "#7b8791"
    readonly property color accent: night ? "#58c7ff" : "#005fae"
    readonly property color amber: night ? "#ffb52e" : "#8f5200"
    readonly property color red: night ? "#ff5a4f" : "#b80f1a"
    readonly property color green: night ? "#37d67a" : "#0b6b3a"
    // Tell-tales. By day they stand on a dark chip in the colours of the night: on a light ground an amber of enough
    // contrast is brown.
    readonly property color chip: "#10161c"
    readonly property color lampGround: night ? ground : chip
    readonly property color lampRed: "#ff5a4f"
    readonly property color lampAmber: "#ffb52e"
    readonly property color lampGreen: "#37d67a"
    readonly property color lampBlue: "#6f9bff"
    readonly property color lampUnknown: "#9fb0bc"
    readonly property color lampMark: "#f2f6f8"
    // A screen that shows nothing.
    readonly property color dark: "#000000"
    readonly property real glow: night ? 0.30 : 0.16
    readonly property real unlit: 0.16
    readonly property color unlitBand: fade(secondary, unlit)
    // The same without mixing while it is drawn.
    readonly property color unlitBandOnGround: Qt.tint(ground, unlitBand)
    readonly property real glowFalloff: 0.10
    // Opacity of the lit band behind the needle, near to far.
    readonly property real trailNear: 0.72
    readonly property real trailMiddle: 0.38
    readonly property real trailFar: 0.30
    // Where along the band, and along the light's depth, these opacities hold.
    readonly property real trailNearEnd: 0.10
    readonly property real trailMiddleEnd: 0.40
    readonly property real glowKnee: 1 / 3
    // Red zones: of a scale, of one without a value; of a small gauge outside, inside, without a value.
    readonly property real zone: 0.9
    readonly property real zoneLost: 0.35
    readonly property real smallZone: 0.55
    readonly property real smallZoneLost: 0.28
    readonly property real smallUnlit: 0.22
    readonly property real smallFill: 0.8
    // Samples a pixel where a GPU draws curves.
    readonly property int samples: 4

    // ---- proportions of the cell's height ----
    readonly property real margin: 0.055
    readonly property real digits: 0.33
    readonly property real text: 0.058
    // Text that a tiny panel would want larger leaves no room for the dial.
    readonly property real largestText: 0.13
    // ---- proportions of the arc's radius ----
    readonly property real band: 0.028
    readonly property real tickMajor: 0.058
    readonly property real tickMinor: 0.030
    readonly property real tickGap: 0.022
    // Ends with the ticks: nothing lies on a numeral.
    readonly property real blade: band + tickGap + tickMajor
    readonly property real bloom: 0.34
    // Half the width of three digits with air beside them, in proportion to their height.
    readonly property real footAir: 0.75
    readonly property real bannerRise: 0.4
    readonly property real digitsBelowCentre: -0.03
    readonly property real digitsReach: 1.42
    readonly property real bladeSolid: 0.7
    readonly property real liftReach: 1.05
    readonly property real liftCentre: 0.5
    // ---- proportions of the text's size ----
    readonly property real line: 1.5
    // A sentence of a language with long words: its capitals are then as wide as those of a condensed font.
    readonly property real narrowest: 0.68
    // Beside a sentence that fills the whole width, on both sides together.
    readonly property real sentenceAir: 0.15
    // From the top of a line to its capitals.
    readonly property real airAbove: 0.24
    readonly property real gap: 0.5
    readonly property real markStroke: 0.09
    readonly property real unitRoom: 1.75
    readonly property real unitGap: 0.4
    readonly property real labelCentre: 0.6
    // Between numerals and digits.
    readonly property real labelAir: 0.3
    readonly property real labelSpacing: 2.3
    // The same of the halves of a split arch, which are read from both sides.
    readonly property real splitSpacing: 2.9
    readonly property real captionInset: 0.9
    readonly property real captionAir: 0.35
    readonly property real captionAirNegative: 1.1
    // Between a number and its unit; between those of the line.
    readonly property real thin: 0.25
    readonly property real wordGap: 0.9
    readonly property real shiftBar: 0.42
    readonly property real shiftGap: 0.16
    readonly property real minus: 0.22
    // ---- a small gauge, in proportions of its text's size ----
    readonly property real smallBand: 0.17
    readonly property real smallChord: 5.3
    readonly property real smallHeight: 2.95
    readonly property real smallTickGap: 0.07
    readonly property real smallTick: 0.2
    readonly property real smallStroke: 0.055
    readonly property real smallPointer: 0.15
    readonly property real smallPointerLength: 0.36
    readonly property real smallIcon: 1.16
    readonly property real smallIconTop: 0.52
    readonly property real smallTextTop: 1.70
    // ---- the same in proportions of its cell's width, and of its band ----
    readonly property real smallChordMost: 0.88
    readonly property real smallPointerRise: 0.35
    // ---- tell-tales, in proportions of their size ----
    readonly property real chipSize: 1.13
    readonly property real chipRadius: 0.2
    readonly property real chipInset: 0.9
    readonly property real unknownSize: 0.50
    readonly property real unknownText: 0.52
    readonly property real unknownX: night ? 0.60 : 0.54
    readonly property real unknownY: night ? 0.56 : 0.52
    readonly property real packedGap: 0.3
    // ---- symbols: the square that they are drawn in, and their strokes there ----
    readonly property real symbol: 24
    readonly property real symbolStroke: 1.9
    readonly property real symbolThin: 1.33
    readonly property real markSize: 1.05
    readonly property real markTop: 0.08
    // ---- the debug page, in proportions of the window ----
    readonly property real debugColumn: 0.45
    // Between its lines, in proportion to its text.
    readonly property real debugGap: 0.2
    // ---- strokes, in proportions of the cell's height ----
    readonly property real strokeMajor: 0.0060
    readonly property real strokeMinor: 0.0032
    readonly property real strokeNeedle: 0.0125

    // ---- the arc ----
    readonly property real widestHalfSweep: 122
    readonly property real flattestHalfSweep: 72
    readonly property real parkBelowZero: 5
    // Half of a small gauge's arch, degrees.
    readonly property real smallHalf: 58
    readonly property real parkPlace: -parkBelowZero / (2 * widestHalfSweep)

    readonly property real instrumentAspect: 1.5
    readonly property real debugText: 0.042

    // ---- time, milliseconds ----
    readonly property int rest: 250
    // How long a screenshot waits for the first word on the speed.
    readonly property int patience: 3000
    readonly property int clockInterval: 30000
    // screen-watch wants a sign of life each 250 ms.
    readonly property int beatInterval: 100
    // How long a dark screen shows itself after a key.
    readonly property int wakeful: 60000
    // After 80 ms a needle has done 99 % of its way. What is left of a scale where it stops is not seen.
    readonly property real glide: 18
    readonly property real glideEnd: 0.0008
    readonly property int millisecondsASecond: 1000
    // The number of an engine speed changes no faster.
    readonly property int enginePace: 80
    readonly property int sweepUp: 620
    readonly property int sweepDown: 520
    // All lamps on at the start: with the sweep, and a rest.
    readonly property int lampTest: 1500
    // Pointers of small gauges, and numbers beside the speed, change no faster.
    readonly property int step: 500
    // A red line that is passed: 2.5 a second.
    readonly property int blink: 200
    readonly property int dwellHot: 2000
    readonly property int dwellLow: 10000

    // ---- hours of the local clock ----
    readonly property int nightFrom: 19
    readonly property int nightUntil: 7
    readonly property string demoClock: "18:42"

    // ---- ISO 15008: characters of 20 arc minutes at 700 mm ----
    readonly property real characterMm: 700 * Math.tan(20 / 60 * Math.PI / 180)
    // Height of a capital or a digit in proportion to the font's pixel size; a test holds it against the font.
    readonly property real capital: 0.70

    // Width of a digit's cell in proportion to the font's pixel size, for the widest digit; held against the font too.
    readonly property real digitCell: 0.66

    // Smallest font size, in pixels, that ISO 15008 allows in a window of this size.
    function smallestText(width: real, height: real): real {
        const mmPerPixel = inchesFor(width, height) * 25.4 / Math.hypot(width, height);
        return characterMm / mmPerPixel / capital;
    }

    // Panels sold in these shapes: 3.5 inch 480x320, 7 inch 800x480 and 1024x600, 10.25 inch 1280x480, 12.3 inch
    // 1920x720, 7.9 inch 1280x400.
    function inchesFor(width: real, height: real): real {
        if (panelInches > 0)
            return panelInches;
        const aspect = width / Math.max(1, height);
        if (aspect < 2)
            return width <= 480 ? 3.5 : 7;
        return aspect >= 3 ? 7.9 : width < 1600 ? 10.25 : 12.3;
    }

    // Whether a layer pays: it smooths curves and saves drawing on a GPU, which is not known before the first
    // frame; the software renderer smooths by itself, and only pays the layer's memory.
    function usesGpu(api: int): bool {
        return api !== GraphicsInfo.Software && api !== GraphicsInfo.Unknown;
    }

    // A warning triangle with an exclamation mark, as a path in a square of this size.
    function warningMark(size: real): string {
        const p = (x, y) => `${x * size} ${y * size}`;
        return `M${p(0.5, 0.08)}L${p(0.96, 0.9)}L${p(0.04, 0.9)}ZM${p(0.5, 0.38)}L${p(0.5, 0.6)}M${p(0.5, 0.75)}L${p(0.5, 0.76)}`;
    }

    function colour(name: string): color {
        return name === "red" ? red : name === "green" ? green : name === "amber" ? amber : name === "accent" ? accent : secondary;
    }

    function lampColour(name: string): color {
        return name === "red" ? lampRed : name === "green" ? lampGreen : name === "blue" ? lampBlue : lampAmber;
    }

    function isNight(): bool {
        const hour = new Date().getHours();
        return hour >= nightFrom || hour < nightUntil;
    }

    function fade(colour: color, alpha: real): color {
        return Qt.rgba(colour.r, colour.g, colour.b, alpha);
    }
}
