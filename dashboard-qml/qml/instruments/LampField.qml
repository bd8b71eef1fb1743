// All tell-tales of the car. A lamp that is fitted keeps its place, lit or not; where there is no room for all, those
// that are lit or unknown stand together, the most important first.
import QtQuick
import "icons.js" as Icons

Item {
    id: field

    required property PanelLayout layout
    // States by name: "on", "off" or "unknown". A lamp that is not in it is not in this car.
    property var lamps: ({})
    property bool test: false

    // Texts, so that a lamp that changes makes no other anew.
    readonly property string fittedNames: Object.keys(lamps).join(" ")
    readonly property string litNames: fitted.filter(lamp => stateOf(lamp.id) !== "off").map(lamp => lamp.id).join(" ")
    readonly property var fitted: Icons.named(fittedNames)
    readonly property bool packed: layout.race || layout.tiny
    readonly property int most: 6
    readonly property var lit: Icons.named(litNames).reverse()
    // The count of the rest needs the room of one, and a little.
    readonly property var shown: !packed ? fitted : lit.length > most ? lit.slice(0, most - 1) : lit
    readonly property int more: packed ? lit.length - shown.length : 0
    readonly property int split: fitted.findIndex(lamp => lamp.id === Icons.firstOnTheRight)
    readonly property int firstOnTheRight: split < 0 ? fitted.length : split

    function stateOf(id: string): string {
        return test ? "on" : lamps[id] ?? "unknown";
    }

    function placeX(index: int): real {
        if (layout.race)
            return layout.blockX(true, index % 3, 3);
        if (packed || !layout.wide)
            return layout.rowX(index, shown.length + (more > 0 ? 2 : 0));
        const onLeft = index < firstOnTheRight;
        return layout.blockX(onLeft, onLeft ? index : index - firstOnTheRight, onLeft ? firstOnTheRight : fitted.length - firstOnTheRight);
    }

    function placeY(index: int): real {
        if (layout.race)
            return layout.raceLampY(Math.floor(index / 3));
        if (packed || !layout.wide)
            return layout.packedY;
        return layout.blockY(index < firstOnTheRight ? index : index - firstOnTheRight);
    }

    Repeater {
        model: field.shown
        Lamp {
            required property var modelData
            required property int index
            name: modelData.id
            colour: modelData.colour
            lampState: field.stateOf(modelData.id)
            size: field.layout.lamp
            x: field.placeX(index)
            y: field.placeY(index)
        }
    }
    Text {
        visible: field.more > 0
        text: `+${field.more}`
        color: Theme.secondary
        font.family: Theme.family
        font.pixelSize: field.layout.t
        x: field.layout.race ? field.layout.blockX(true, 0, 3) : field.layout.rowX(field.shown.length, field.shown.length + 2)
        y: field.layout.race ? field.layout.raceLampY(2) : field.layout.packedY + (field.layout.lamp - height) / 2
    }
    Repeater {
        model: Icons.arrows.filter(id => field.fittedNames.split(" ").includes(id))
        Lamp {
            required property string modelData
            name: modelData
            colour: "green"
            lampState: field.stateOf(modelData)
            size: field.layout.arrow
            x: field.layout.arrowX(modelData === "left")
            y: field.layout.race ? field.layout.wingTop : field.layout.arrowY
        }
    }
}
