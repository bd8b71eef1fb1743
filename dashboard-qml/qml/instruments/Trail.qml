// The lit part of the arc: a band that fades behind the needle, and the light it throws inwards.
import QtQuick
import QtQuick.Shapes

Shape {
    id: trail

    required property ArcGeometry geometry
    property real angle: 0

    readonly property real outer: geometry.radius
    readonly property real inner: geometry.radius * (1 - Theme.band)
    readonly property real start: -geometry.halfSweep
    readonly property real deep: geometry.radius * (1 - Theme.bloom)

    visible: angle > start + 0.01
    layer.enabled: GraphicsInfo.api !== GraphicsInfo.Software
    layer.samples: 4

    ShapePath {
        strokeColor: "transparent"
        strokeWidth: -1
        fillGradient: RadialGradient {
            centerX: trail.geometry.centreX
            centerY: trail.geometry.centreY
            centerRadius: trail.inner
            focalX: centerX
            focalY: centerY
            GradientStop {
                position: 1 - Theme.bloom
                color: Theme.fade(Theme.accent, 0)
            }
            GradientStop {
                position: 1 - Theme.bloom / 3
                color: Theme.fade(Theme.accent, Theme.glow * Theme.glowFalloff)
            }
            GradientStop {
                position: 1
                color: Theme.fade(Theme.accent, Theme.glow)
            }
        }
        PathSvg {
            path: trail.sector(trail.inner, trail.deep)
        }
    }
    ShapePath {
        strokeColor: "transparent"
        strokeWidth: -1
        fillGradient: ConicalGradient {
            centerX: trail.geometry.centreX
            centerY: trail.geometry.centreY
            angle: 90 - trail.angle
            GradientStop {
                position: 0
                color: Theme.accent
            }
            GradientStop {
                position: 0.10
                color: Theme.fade(Theme.accent, Theme.trailNear)
            }
            GradientStop {
                position: 0.40
                color: Theme.fade(Theme.accent, Theme.trailMiddle)
            }
            GradientStop {
                position: 1
                color: Theme.fade(Theme.accent, Theme.trailFar)
            }
        }
        PathSvg {
            path: trail.sector(trail.outer, trail.inner)
        }
    }

    // A ring sector from the arc's start to the needle as an SVG path.
    function sector(far: real, near: real): string {
        const g = geometry;
        const large = angle - start > 180 ? 1 : 0;
        return `M${g.pointX(start, far)} ${g.pointY(start, far)}` + `A${far} ${far} 0 ${large} 1 ${g.pointX(angle, far)} ${g.pointY(angle, far)}` + `L${g.pointX(angle, near)} ${g.pointY(angle, near)}` + `A${near} ${near} 0 ${large} 0 ${g.pointX(start, near)} ${g.pointY(start, near)}Z`;
    }
}
