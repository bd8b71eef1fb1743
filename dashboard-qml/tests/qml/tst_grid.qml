// How instruments share the window.
import QtQuick
import QtTest
import "../../qml/instruments"

TestCase {
    name: "grid"

    InstrumentGrid {
        id: grid
        Repeater {
            id: instruments
            model: 1
            Item {
            }
        }
    }

    function test_columns() {
        compare(grid.columnsFor(1, 1.67), 1);
        compare(grid.columnsFor(1, 3.2), 1);
        compare(grid.columnsFor(2, 2.67), 2);
        compare(grid.columnsFor(3, 3.2), 3);
        compare(grid.columnsFor(4, 1.67), 2);
    }
}
