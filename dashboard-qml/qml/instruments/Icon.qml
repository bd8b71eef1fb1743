// A symbol as vector paths, in one colour.
import QtQuick
import QtQuick.Shapes
import "icons.js" as Icons

Item {
    id: icon

    property string name: ""
    required property real size
    required property color colour
    readonly property var parts: Icons.paths[name] ?? ({})

    width: size
    height: size
    // Of the icon and not of the shape: a layer has as many pixels as its item is large.
    layer.enabled: Theme.usesGpu(GraphicsInfo.api)
    layer.samples: Theme.samples

    Shape {
        width: Theme.symbol
        height: Theme.symbol
        transform: Scale {
            xScale: icon.size / Theme.symbol
            yScale: icon.size / Theme.symbol
        }
        ShapePath {
            strokeColor: icon.parts.s ? icon.colour : "transparent"
            strokeWidth: Theme.symbolStroke
            fillColor: "transparent"
            joinStyle: ShapePath.RoundJoin
            capStyle: ShapePath.RoundCap
            PathSvg {
                path: icon.parts.s ?? "M0 0"
            }
        }
        ShapePath {
            strokeColor: icon.parts.t ? icon.colour : "transparent"
            strokeWidth: Theme.symbolThin
            fillColor: "transparent"
            joinStyle: ShapePath.RoundJoin
            capStyle: ShapePath.RoundCap
            PathSvg {
                path: icon.parts.t ?? "M0 0"
            }
        }
        ShapePath {
            strokeColor: "transparent"
            strokeWidth: -1
            fillColor: icon.parts.f ? icon.colour : "transparent"
            PathSvg {
                path: icon.parts.f ?? "M0 0"
            }
        }
    }
}
