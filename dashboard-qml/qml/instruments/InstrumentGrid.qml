// Shares the window among its instruments in equal cells, in as many columns as their shape asks for.
import QtQuick

Item {
    id: grid

    default property alias instruments: grid.children
    readonly property int count: children.length
    readonly property int columns: columnsFor(count, width / Math.max(1, height))
    readonly property int rows: Math.ceil(count / Math.max(1, columns))

    // The number of columns whose cells come nearest to an instrument's own shape.
    function columnsFor(count: int, aspect: real): int {
        let best = 1;
        let least = Infinity;
        for (let columns = 1; columns <= count; ++columns) {
            const cell = aspect / columns * Math.ceil(count / columns);
            const unlike = Math.abs(Math.log(cell / Theme.instrumentAspect));
            if (unlike < least) {
                least = unlike;
                best = columns;
            }
        }
        return best;
    }

    function arrange() {
        for (let index = 0; index < count; ++index) {
            const cell = children[index];
            cell.width = width / columns;
            cell.height = height / rows;
            cell.x = index % columns * cell.width;
            cell.y = Math.floor(index / columns) * cell.height;
        }
    }

    onWidthChanged: arrange()
    onHeightChanged: arrange()
    onChildrenChanged: arrange()
    Component.onCompleted: arrange()
}
