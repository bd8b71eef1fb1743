// The debug page: no value lies under a name, and nothing is cut off.
import QtQuick
import QtTest
import "../../qml/instruments"

Item {
    id: root
    width: 1920
    height: 720

    DebugPage {
        id: page
        speedState: "ok"
        details: "Speed\t87.25 km/h\nIndicatedSpeed\t89.49 km/h\nUncertainty\t1.08 km/h\nWitnesses\t4\nStateReason\twide-uncertainty\nErrorFrames\t0\nFramesDecoded\t80\nFramesDropped\t0\nFramesReceived\t1234567890\nLastError\tcan0: the network is down; the interface was unplugged or taken down, and the service waits for it to come back\nLogLinesDamaged\t0\nRow1.Left\t87.25 km/h\nRow1.Right\t87.25 km/h\nRow2.Left\t87.25 km/h\nRow2.Right\t87.25 km/h\nReconnects\t0\nUptime\t12345"
    }

    TestCase {
        name: "debug"
        when: windowShown

        function rows(item) {
            const found = [];
            for (let index = 0; index < item.children.length; ++index) {
                const child = item.children[index];
                if (child.cells !== undefined)
                    found.push(child);
                else
                    found.push(...rows(child));
            }
            return found;
        }

        function test_names_and_values_data() {
            const row = (width, height) => ({
                        "tag": `${width}x${height}`,
                        "size": Qt.size(width, height)
                    });
            return [row(800, 480), row(1024, 600), row(1280, 400), row(1920, 720)];
        }

        function test_names_and_values(row) {
            page.width = row.size.width;
            page.height = row.size.height;
            // Flow places its items when it is drawn.
            grabImage(page);
            compare(rows(page).length, 18);
            const columns = {};
            for (const item of rows(page)) {
                const name = item.children[0];
                const value = item.children[1];
                compare([name.text, value.text], [item.cells[0], item.cells[1]]);
                verify(name.x + name.implicitWidth < value.x, `${value.text} lies under ${name.text}`);
                const at = item.mapToItem(page, value.x + value.contentWidth, item.height);
                verify(at.x <= page.width && at.y <= page.height, `${name.text} is cut off`);
                const x = item.mapToItem(page, value.x, 0).x;
                columns[Math.round(x)] = true;
            }
            verify(Object.keys(columns).length <= 2, "the values stand in one line");
        }
    }
}
