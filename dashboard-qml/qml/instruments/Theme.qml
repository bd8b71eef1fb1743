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
    readonly property real parkPlace: -parkBelowZero / (2 * widestHalfSweep)

    readonly property real instrumentAspect: 1.5
    readonly property real debugText: 0.042

    // ---- time, milliseconds ----
    readonly property int rest: 250
    // How long a screenshot waits for the first word on the speed.
    readonly property int patience: 3000
    readonly property int clockInterval: 30000
    readonly property int settle: 80
    readonly property int sweepUp: 620
    readonly property int sweepDown: 520

    // ---- hours of the local clock ----
    readonly property int nightFrom: 19
    readonly property int nightUntil: 7

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

    // Panels sold in these shapes: 7 inch 800x480 and 1024x600, 12.3 inch 1920x720, 7.9 inch 1280x400.
    function inchesFor(width: real, height: real): real {
        if (panelInches > 0)
            return panelInches;
        const aspect = width / Math.max(1, height);
        return aspect < 2 ? 7 : aspect < 3 ? 12.3 : 7.9;
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

    function isNight(): bool {
        const hour = new Date().getHours();
        return hour >= nightFrom || hour < nightUntil;
    }

    function fade(colour: color, alpha: real): color {
        return Qt.rgba(colour.r, colour.g, colour.b, alpha);
    }
}
