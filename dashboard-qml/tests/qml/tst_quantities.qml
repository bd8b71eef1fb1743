// Units and numbers of what stands beside the speed.
import QtQuick
import QtTest
import "../../qml/instruments/quantities.js" as Quantities

TestCase {
    name: "quantities"

    function test_units() {
        compare(Quantities.text(92.4, "temperature", "km/h", false), "92");
        compare(Quantities.text(92, "temperature", "mph", false), "92");
        compare(Quantities.text(100, "temperature", "km/h", true), "212");
        compare(Quantities.text(-21.4, "temperature", "km/h", false), "\u221221");
        compare(Quantities.text(-0.3, "temperature", "km/h", false), "0");
        compare(Quantities.text(3.14, "pressure", "km/h", false), "3.1");
        compare(Quantities.text(3, "pressure", "mph", false), "44");
        compare(Quantities.text(13.94, "volts", "mph", true), "13.9");
        compare(Quantities.text(63.6, "percent", "km/h", false), "64");
        compare([Quantities.unit("temperature", "mph", false), Quantities.unit("pressure", "mph", false), Quantities.unit("distance", "mph", false)], ["\u00b0C", "psi", "mi"]);
        compare([Quantities.unit("temperature", "km/h", true), Quantities.unit("pressure", "km/h", true), Quantities.unit("distance", "km/h", true)], ["\u00b0F", "bar", "km"]);
    }

    function test_a_lost_number_is_two_dashes() {
        for (const kind of ["temperature", "pressure", "volts", "percent"])
            for (const value of [NaN, Infinity, undefined])
                compare(Quantities.text(value, kind, "km/h", false), Quantities.dashes);
        compare(Quantities.distance(NaN, "km/h", 0), Quantities.dashes);
    }

    function test_a_distance_is_cut_off_and_grouped() {
        compare(Quantities.distance(999, "km/h", 0), "0");
        compare(Quantities.distance(48213999, "km/h", 0), "48\u2009213");
        compare(Quantities.distance(4294967295, "km/h", 0), "4\u2009294\u2009967");
        compare(Quantities.distance(312499, "km/h", 1), "312.4");
        compare(Quantities.distance(1609344, "mph", 0), "1\u2009000");
        compare(Quantities.distance(16093.44, "mph", 1), "10.0");
    }
}
