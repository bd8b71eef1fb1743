// What does not move: the unlit band, and the scale behind it. With a GPU, one texture.
import QtQuick
import QtQuick.Shapes
import "speed.js" as Speed

Item {
    id: face

    required property ArcGeometry geometry
    required property real textSize
    // What the scale has to reach; it ends at a numeral.
    required property real reach
    property real cellHeight: height
    // The first frame has only the band: the scale behind it follows in the next.
    property bool complete: true
    readonly property bool broken: scaleLoader.status === Loader.Error

    readonly property real tickOuter: geometry.radius * (1 - Theme.band - Theme.tickGap)
    readonly property real labelOuter: tickOuter - geometry.radius * (Theme.tickMajor + Theme.tickGap)
    readonly property real labelRadius: labelOuter - textSize * Theme.labelCentre
    readonly property font labelFont: Qt.font({
            "family": Theme.family,
            "pixelSize": Math.max(1, textSize)
        })
    readonly property real arcLength: labelRadius * geometry.halfSweep * Math.PI / 90
    readonly property real step: Speed.labelStep(reach, arcLength, textSize * Theme.labelSpacing)
    readonly property real minor: Speed.tickStep(step)
    readonly property real scaleEnd: Speed.scaleEnd(reach, step)

    // The greatest height of three digits that stand on `foot`, in the middle, and keep clear of every numeral.
    function clearHeight(foot: real): real {
        // Asked for a dozen times while sizes are still to come.
        if (width <= 0 || height <= 0)
            return 1;
        return Speed.range(geometry.fullScale, step).reduce((least, value) => {
                const width = String(value).length * textSize * Theme.digitCell;
                const angle = geometry.angleFor(value);
                const radius = centreFor(angle, width);
                const inner = Math.abs(geometry.pointX(angle, radius) - geometry.centreX) - width / 2 - textSize * Theme.labelAir;
                const below = geometry.pointY(angle, radius) + textSize * (Theme.capital / 2 + Theme.labelAir);
                return Math.min(least, Math.max(1, inner / Theme.digitsReach, foot - below));
            }, Infinity);
    }

    // Where a numeral's middle lies: its side towards the tick touches one circle, whatever its width.
    function centreFor(angle: real, width: real): real {
        return labelOuter - Math.abs(geometry.sine(angle)) * width / 2 - Math.abs(geometry.cosine(angle)) * textSize * Theme.capital / 2;
    }

    layer.enabled: Theme.usesGpu(GraphicsInfo.api)
    layer.samples: Theme.samples

    Shape {
        width: parent.width
        height: parent.height
        ShapePath {
            // At first opaque: for a mixture Qt's software renderer starts threads, and the first frame would wait.
            strokeColor: face.complete ? Theme.unlitBand : Theme.unlitBandOnGround
            strokeWidth: face.geometry.radius * Theme.band
            fillColor: "transparent"
            capStyle: ShapePath.FlatCap
            PathAngleArc {
                centerX: face.geometry.centreX
                centerY: face.geometry.centreY
                radiusX: face.geometry.radius * (1 - Theme.band / 2)
                radiusY: radiusX
                startAngle: -90 - face.geometry.halfSweep
                sweepAngle: 2 * face.geometry.halfSweep
            }
        }
    }
    Loader {
        id: scaleLoader
        z: -1
        width: parent.width
        height: parent.height
        active: face.complete
        // By name, so that it is read only when it is wanted.
        Component.onCompleted: setSource("Scale.qml", {
                "face": face
            })
    }
}
