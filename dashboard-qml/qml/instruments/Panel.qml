// The whole cluster: one arch shared by the speed and a second quantity, small gauges, gear, lamps, and a line. What the
// car does not have is not there and leaves no gap; what it has and is lost keeps its place and looks lost.
import QtQuick
import "quantities.js" as Quantities
import "sentences.js" as Sentences
import "speed.js" as Speed
import "states.js" as States

Item {
    id: panel

    // ---- as of the speedometer ----
    property real speedKmh: NaN
    property bool valid: false
    property string speedState: "starting"
    property string reason: ""
    property string unit: "km/h"
    property real fullScaleKmh: 240
    property bool demo: false
    property bool animated: true
    // ---- of the car: what has no key is not in it, NaN and "unknown" are lost ----
    property var gauges: ({})
    property var lamps: ({})
    property bool hasGear: false
    property string gear: ""
    property real rpm: NaN
    property real powerKw: NaN
    // ---- of the settings ----
    property bool race: false
    // "rpm" or "power" and small gauges, as far as the car has them.
    property var leftSide: ["rpm", "power", "coolant", "oil"]
    property var rightSide: ["fuel", "charge", "volts"]
    property real rpmMost: 8000
    property real rpmRed: NaN
    property real shiftAt: NaN
    property real powerLeast: -60
    property real powerMost: 180
    property bool fahrenheit: false
    // Empty where the clock is not set.
    property string clock: ""
    // All lamps on and all pointers swept once at the start; a value holds it there, for pictures.
    property bool test: false
    property bool held: false

    readonly property bool live: valid && States.hasSpeed(speedState) && isFinite(speedKmh) && speedKmh >= 0
    readonly property bool moving: live && speedKmh > 0
    readonly property alias testing: lampTest.running
    readonly property bool showsTest: testing || held
    property real swept: 0
    readonly property real sweptPlace: showsTest ? held ? 1 : swept : NaN

    // ---- which instruments there are ----
    // A text, so that a value that changes makes no instrument anew.
    readonly property string fitted: Object.keys(gauges).join(" ")
    readonly property string drive: leftSide.filter(name => name === "rpm" || name === "power").find(name => has(name)) ?? ""
    readonly property bool turns: drive === "rpm"
    readonly property real driveValue: drive === "rpm" ? rpm : drive === "power" ? powerKw : NaN
    readonly property var leftGauges: small(leftSide)
    readonly property var rightGauges: small(rightSide)
    readonly property var shownGauges: plan.race ? leftGauges.concat(rightGauges).slice(0, 2).map((name, index, all) => [name, false, index, all.length]) : onSide(leftGauges, true).concat(onSide(rightGauges, false))

    // ---- what is wrong ----
    readonly property var lampStates: derived(lamps)
    readonly property var missing: missingOf(["rpm", "power"]).filter(name => name === drive).concat(hasGear && gear === "" ? ["gear"] : [], missingOf(["fuel", "charge", "coolant", "oil", "volts", "outside", "odometer", "trip"]))
    readonly property var sentences: showsTest ? [{
            "text": qsTr("Lamp test"),
            "mark": ""
        }] : Sentences.all(speedState, reason, warnings.active, missing, lampStates, moving)

    // ---- for those who look on ----
    readonly property alias digits: digits
    readonly property alias banner: sentence
    readonly property alias layout: plan
    readonly property alias driveTrack: driveTrack
    readonly property alias speedTrack: speedTrack
    readonly property alias lampField: lampField
    readonly property alias infoLine: infoLine
    readonly property alias smallGauges: smallGauges
    readonly property real shownAngle: speedTrack.shownAngle
    readonly property bool parked: speedTrack.parked
    function has(name: string): bool {
        return fitted.split(" ").includes(name);
    }
    function small(names: var): var {
        return names.filter(name => Quantities.gauges.hasOwnProperty(name) && has(name));
    }
    function onSide(names: var, onLeft: bool): var {
        return names.slice(0, plan.gaugesASide).map((name, index, all) => [name, onLeft, index, all.length]);
    }
    // What changes all the time is not in the map.
    function valueOf(name: string): real {
        return name === "rpm" ? rpm : name === "power" ? powerKw : gauges[name];
    }
    function missingOf(names: var): var {
        return names.filter(name => gauges.hasOwnProperty(name) && !isFinite(valueOf(name)));
    }
    // Lamps of the cluster's own: of the bus, and of what a number says where the car sends no lamp.
    function derived(told: var): var {
        const states = Object.assign({}, told);
        if (Object.keys(told).length > 0)
            states["can"] = speedState === "can-down" ? "on" : ["no-service", "no-answer", "no-bus", "starting"].includes(speedState) ? "unknown" : "off";
        const from = (lamp, gauge, alarms) => {
            if (!told.hasOwnProperty(lamp) && gauges.hasOwnProperty(gauge))
                states[lamp] = !isFinite(gauges[gauge]) ? "unknown" : alarms.some(alarm => warnings.active.includes(alarm)) ? "on" : "off";
        };
        from("oil", "oil", ["oilLow"]);
        from("battery", "volts", ["voltsVeryLow"]);
        return states;
    }
    // What is on the screen beside the speed, in words, for tests.
    function describe(): var {
        return {
            "layout": plan.family,
            "drive": driveTrack.visible ? driveTrack.live ? "live" : "lost" : "",
            "gear": !hasGear ? "" : gear === "" ? "unknown" : gear,
            "lamps": lampStates,
            "gauges": Object.keys(gauges).reduce((all, name) => Object.assign(all, {
                            [name]: isFinite(valueOf(name))
                        }), {}),
            "sentences": sentences.map(sentence => sentence.text)
        };
    }
    function skipSweep() {
        lampTest.stop();
    }
    function nextSentence() {
        sentence.step();
    }

    // A driver needs the needle now.
    onMovingChanged: {
        if (moving)
            skipSweep();
    }

    SequentialAnimation {
        id: lampTest
        running: panel.test
        NumberAnimation {
            target: panel
            property: "swept"
            from: 0
            to: 1
            duration: Theme.sweepUp
            easing.type: Easing.InOutQuad
        }
        NumberAnimation {
            target: panel
            property: "swept"
            to: 0
            duration: Theme.sweepDown
            easing.type: Easing.InOutQuad
        }
        PauseAnimation {
            duration: Theme.lampTest - Theme.sweepUp - Theme.sweepDown
        }
    }
    PanelLayout {
        id: plan
        width: panel.width
        height: panel.height
        race: panel.race && wide && panel.has("rpm")
        hasLamps: Object.keys(panel.lampStates).length > 0
        hasLeft: panel.drive !== ""
        hasGear: panel.hasGear
        leftGauges: panel.leftGauges.length
        rightGauges: panel.rightGauges.length
    }
    Warnings {
        id: warnings
        gauges: panel.gauges
        rpm: panel.rpm
        hasRpm: panel.has("rpm")
        patient: panel.animated
    }
    Lift {
        width: panel.width
        height: panel.height
        centreX: plan.centreX
        centreY: plan.archTop + (plan.footY - plan.archTop) * Theme.liftCentre
        radius: plan.radius * Theme.liftReach
    }
    Track {
        id: driveTrack
        readonly property real room: (end - start) * Math.PI / 180 * labelOuter
        visible: panel.drive !== "" || plan.race
        width: plan.race ? panel.width : plan.centreX
        height: panel.height
        centreX: plan.centreX
        centreY: plan.centreY
        radius: plan.radius
        start: -plan.halfSweep
        end: plan.race ? plan.halfSweep : -plan.gap
        least: panel.turns || plan.race ? 0 : panel.powerLeast
        most: panel.turns || plan.race ? panel.rpmMost : panel.powerMost
        origin: 0
        value: plan.race ? panel.rpm : panel.driveValue
        divisor: panel.turns || plan.race ? 1000 : 1
        step: Speed.driveStep(most - least, room, plan.t * (divisor > 1 ? Theme.captionInset : Theme.splitSpacing), divisor)
        minor: Speed.halfStep(step)
        redFrom: divisor > 1 ? panel.rpmRed : NaN
        numerals: !plan.tiny
        textSize: plan.t
        cellHeight: panel.height
        swept: panel.sweptPlace
        animated: panel.animated
    }
    Track {
        id: speedTrack
        readonly property real reach: Speed.fullScale(panel.fullScaleKmh, panel.unit)
        readonly property real room: Math.abs(end - start) * Math.PI / 180 * labelOuter
        visible: !plan.race
        // Its own half only: what moves here is not drawn anew there.
        x: plan.split ? plan.centreX : 0
        width: plan.split ? panel.width - plan.centreX : panel.width
        height: panel.height
        centreX: plan.centreX - x
        centreY: plan.centreY
        radius: plan.radius
        start: plan.split ? plan.halfSweep : -plan.halfSweep
        end: plan.split ? plan.gap : plan.halfSweep
        step: Speed.labelStep(reach, room, plan.t * (plan.split ? Theme.splitSpacing : Theme.labelSpacing), plan.split)
        most: Speed.scaleEnd(reach, step)
        minor: Speed.tickStep(step)
        value: panel.live ? Speed.inUnit(panel.speedKmh, panel.unit) : NaN
        numerals: !plan.tiny
        textSize: plan.t
        cellHeight: panel.height
        swept: panel.sweptPlace
        animated: panel.animated
    }
    DriveCaption {
        visible: plan.split && !plan.tiny
        track: driveTrack
        textSize: plan.t
        turns: panel.turns
        roomy: plan.wide && !plan.low
    }
    Digits {
        id: digits
        x: plan.race ? (plan.wing - width) / 2 : plan.centreX - width / 2
        y: plan.race ? plan.heroFoot - height : plan.digitsFoot - height
        capHeight: Math.max(1, plan.race ? plan.sideDigits : Math.min(plan.digitsMost, clearHeight()))
        speedKmh: panel.speedKmh
        valid: panel.live && !panel.showsTest
        unit: panel.unit

        // Three digits that keep clear of every numeral of both scales.
        function clearHeight(): real {
            let least = Infinity;
            for (const track of [driveTrack, speedTrack])
                if (track.visible && track.numerals)
                    for (const value of track.labels)
                        least = Math.min(least, plan.clearOf(track.angleFor(value), track.numeral(value), track.labelOuter));
            return least;
        }
    }
    Text {
        id: unitText
        x: (plan.race ? plan.wing / 2 : plan.centreX) - width / 2
        y: plan.race ? plan.heroFoot + plan.t * Theme.minus : plan.unitY
        text: panel.unit
        color: Theme.secondary
        font.family: Theme.family
        font.pixelSize: plan.t
    }
    GearDisplay {
        visible: panel.hasGear
        hero: plan.race
        gear: panel.showsTest ? "" : panel.gear
        textSize: plan.race ? plan.heroHeight / Theme.capital : plan.gearSize
        x: (plan.race ? plan.centreX : plan.gearX) - width / 2
        y: plan.race ? plan.heroY + plan.heroHeight / 2 - height / 2 : plan.gearBelow ? plan.gearY - height / 2 : unitText.y + unitText.baselineOffset - baselineOffset
    }
    Loader {
        active: plan.race
        anchors.horizontalCenter: parent.horizontalCenter
        y: plan.heroFoot + plan.t * Theme.minus
        sourceComponent: Component {
            EngineSpeed {
                rpm: panel.showsTest ? NaN : panel.rpm
                textSize: plan.t
                animated: panel.animated
            }
        }
    }
    Loader {
        active: plan.race
        y: plan.margin / 2
        anchors.horizontalCenter: parent.horizontalCenter
        sourceComponent: Component {
            ShiftLight {
                rpm: panel.rpm
                shiftAt: panel.shiftAt
                redFrom: panel.rpmRed
                test: panel.showsTest
                animated: panel.animated
                room: plan.width - 2 * plan.margin
                textSize: plan.t
            }
        }
    }
    Repeater {
        id: smallGauges
        model: panel.shownGauges
        SmallGauge {
            required property var modelData
            quantity: modelData[0]
            value: panel.gauges[quantity] ?? NaN
            swept: panel.sweptPlace
            alarm: panel.showsTest ? "" : warnings.colourOf(quantity)
            speedUnit: panel.unit
            fahrenheit: panel.fahrenheit
            animated: panel.animated
            textSize: plan.gaugeText
            width: plan.cell
            height: implicitHeight
            x: plan.gaugeX(modelData[1], modelData[2], modelData[3])
            y: plan.gaugeY(modelData[2], modelData[3], height)
        }
    }
    LampField {
        id: lampField
        layout: plan
        lamps: panel.lampStates
        test: panel.showsTest
    }
    InfoLine {
        id: infoLine
        readonly property bool taken: sentence.visible && !plan.lineShared
        y: plan.lineY
        width: panel.width
        height: plan.t * Theme.line
        textSize: plan.t
        inset: plan.margin
        gauges: taken ? ({}) : panel.gauges
        demo: panel.demo
        freezing: warnings.freezing
        test: panel.showsTest
        speedUnit: panel.unit
        fahrenheit: panel.fahrenheit
        clock: taken ? "" : panel.clock
        showsOdometer: plan.hasOdometer
        showsTrip: plan.hasTrip
        showsClock: plan.hasClock
        leftQuantity: plan.tiny && !panel.demo && !taken ? panel.leftGauges[0] ?? "" : ""
        rightQuantity: plan.tiny && !taken ? panel.rightGauges[0] ?? "" : ""
        alarms: warnings
    }
    Sentence {
        id: sentence
        readonly property real taken: panel.demo ? infoLine.demoWidth : 0
        x: (panel.width + (plan.lineShared ? 0 : taken) - width) / 2
        y: plan.lineY
        width: implicitWidth
        height: plan.t * Theme.line
        sentences: panel.sentences
        textSize: plan.t
        room: panel.width - (plan.tiny ? plan.t * Theme.sentenceAir : 2 * plan.margin) - taken
    }
}
