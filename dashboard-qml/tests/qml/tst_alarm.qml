// When a value is an alarm, and when it is none any more.
import QtQuick
import QtTest
import "../../qml/instruments"

Item {
    Alarm {
        id: hot
        on: 115
        off: 110
        patient: false
    }
    Alarm {
        id: low
        on: 12
        off: 16
        after: 120
        release: 120
    }

    TestCase {
        name: "alarm"

        function test_it_holds_until_the_other_limit() {
            const expected = [[100, false], [114.9, false], [115, true], [111, true], [110, false], [114, false], [120, true]];
            for (const [value, active] of expected) {
                hot.value = value;
                compare(hot.active, active, value);
            }
        }

        function test_what_is_lost_is_no_alarm() {
            hot.value = 120;
            verify(hot.active);
            hot.value = NaN;
            verify(!hot.active);
        }

        function test_a_limit_that_is_passed_for_a_moment_is_nothing() {
            low.value = 50;
            low.value = 5;
            wait(30);
            low.value = 50;
            wait(200);
            verify(!low.active);
            low.value = 5;
            verify(!low.active);
            tryVerify(() => low.active, 2000);
            low.value = 50;
            wait(30);
            low.value = 14;
            wait(200);
            verify(low.active, "between both it stays");
            low.value = 17;
            verify(low.active);
            tryVerify(() => !low.active, 2000);
        }
    }
}
