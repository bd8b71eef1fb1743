// The line at the foot: odometer and trip on the left, outside temperature and clock on the right. What is not in this
// car is not there; what is lost has dashes.
import QtQuick
import "quantities.js" as Quantities

Item {
    id: line

    required property real textSize
    required property real inset
    property var gauges: ({})
    property bool freezing: false
    // Made-up values say so, in the trip's place.
    property bool demo: false
    readonly property real demoWidth: demoText.width + 2 * inset
    property bool test: false
    property string speedUnit: "km/h"
    property bool fahrenheit: false
    // Empty where the clock is not set.
    property string clock: ""
    property bool showsOdometer: true
    property bool showsTrip: true
    property bool showsClock: true
    // The small gauges that a tiny window has as symbol and number only, left and right.
    property string leftQuantity: ""
    property string rightQuantity: ""
    property Warnings alarms: null

    function has(name: string): bool {
        return gauges.hasOwnProperty(name);
    }
    function alarmOf(quantity: string): string {
        return alarms ? alarms.colourOf(quantity) : "";
    }
    function of(name: string): real {
        return test ? NaN : gauges[name] ?? NaN;
    }

    component Word: Text {
        color: Theme.secondary
        font.family: Theme.family
        font.pixelSize: line.textSize
    }
    component Value: Row {
        id: value
        property string before: ""
        property string number: ""
        property string after: ""
        property string symbol: ""
        property color tint: Theme.secondary
        readonly property bool lost: number === Quantities.dashes
        spacing: line.textSize * Theme.thin
        Icon {
            visible: value.symbol !== ""
            name: value.symbol
            size: line.textSize * Theme.markSize
            colour: value.tint
            anchors.verticalCenter: parent.verticalCenter
        }
        Word {
            visible: text !== ""
            text: value.before
            horizontalAlignment: Text.AlignLeft
        }
        Word {
            text: value.number
            horizontalAlignment: Text.AlignLeft
            color: value.lost ? Theme.secondary : Theme.primary
        }
        Word {
            visible: text !== ""
            text: value.after
            horizontalAlignment: Text.AlignLeft
        }
    }

    Row {
        x: line.inset
        height: parent.height
        spacing: line.textSize * Theme.wordGap
        Value {
            visible: line.leftQuantity !== ""
            symbol: line.leftQuantity === "" ? "" : Quantities.gauges[line.leftQuantity].icon
            tint: line.alarmOf(line.leftQuantity) !== "" ? Theme.colour(line.alarmOf(line.leftQuantity)) : Theme.secondary
            number: line.leftQuantity === "" ? "" : Quantities.text(line.of(line.leftQuantity), Quantities.gauges[line.leftQuantity].kind, line.speedUnit, line.fahrenheit)
            after: line.leftQuantity === "" ? "" : Quantities.unit(Quantities.gauges[line.leftQuantity].kind, line.speedUnit, line.fahrenheit)
        }
        Value {
            visible: line.showsOdometer && line.has("odometer")
            number: Quantities.distance(line.of("odometer"), line.speedUnit, 0)
            after: Quantities.unit("distance", line.speedUnit, false)
        }
        Value {
            visible: line.showsTrip && !line.demo && line.has("trip")
            before: qsTr("Trip")
            number: Quantities.distance(line.of("trip"), line.speedUnit, 1)
        }
        Word {
            id: demoText
            visible: line.demo
            text: qsTr("DEMO")
            color: Theme.amber
        }
    }
    Row {
        x: line.width - line.inset - width
        height: parent.height
        spacing: line.textSize * Theme.wordGap
        Value {
            visible: line.rightQuantity !== ""
            symbol: line.rightQuantity === "" ? "" : Quantities.gauges[line.rightQuantity].icon
            tint: line.alarmOf(line.rightQuantity) !== "" ? Theme.colour(line.alarmOf(line.rightQuantity)) : Theme.secondary
            number: line.rightQuantity === "" ? "" : Quantities.text(line.of(line.rightQuantity), Quantities.gauges[line.rightQuantity].kind, line.speedUnit, line.fahrenheit)
            after: line.rightQuantity === "" ? "" : Quantities.unit(Quantities.gauges[line.rightQuantity].kind, line.speedUnit, line.fahrenheit)
        }
        Value {
            visible: line.rightQuantity === "" && line.has("outside")
            symbol: line.freezing && !line.test ? "frost" : ""
            tint: Theme.accent
            number: Quantities.text(line.of("outside"), "temperature", line.speedUnit, line.fahrenheit)
            after: Quantities.unit("temperature", line.speedUnit, line.fahrenheit)
        }
        Value {
            visible: line.showsClock && line.clock !== ""
            number: line.clock
        }
    }
}
