// The lit part of the arc: a band that fades behind the needle, and the light it throws inwards.
import QtQuick
import QtQuick.Shapes

Shape {
    id: trail

    required property ArcGeometry geometry
    required property real angle

    readonly property real outer: geometry.radius
    readonly property real inner: geometry.radius * (1 - Theme.band)
    readonly property real start: -geometry.halfSweep
    readonly property real sweep: Math.max(0, angle - start)
    readonly property real deep: geometry.radius * (1 - Theme.bloom)

    visible: angle > start
    layer.enabled: Theme.usesGpu(GraphicsInfo.api)
    layer.samples: Theme.samples

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
                position: 1 - Theme.bloom * Theme.glowKnee
                color: Theme.fade(Theme.accent, Theme.glow * Theme.glowFalloff)
            }
            GradientStop {
                position: 1
                color: Theme.fade(Theme.accent, Theme.glow)
            }
        }
        PathAngleArc {
            centerX: trail.geometry.centreX
            centerY: trail.geometry.centreY
            radiusX: trail.inner
            radiusY: trail.inner
            startAngle: trail.start - 90
            sweepAngle: trail.sweep
        }
        PathAngleArc {
            centerX: trail.geometry.centreX
            centerY: trail.geometry.centreY
            radiusX: trail.deep
            radiusY: trail.deep
            startAngle: trail.angle - 90
            sweepAngle: -trail.sweep
            moveToStart: false
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
                position: Theme.trailNearEnd
                color: Theme.fade(Theme.accent, Theme.trailNear)
            }
            GradientStop {
                position: Theme.trailMiddleEnd
                color: Theme.fade(Theme.accent, Theme.trailMiddle)
            }
            GradientStop {
                position: 1
                color: Theme.fade(Theme.accent, Theme.trailFar)
            }
        }
        PathAngleArc {
            centerX: trail.geometry.centreX
            centerY: trail.geometry.centreY
            radiusX: trail.outer
            radiusY: trail.outer
            startAngle: trail.start - 90
            sweepAngle: trail.sweep
        }
        PathAngleArc {
            centerX: trail.geometry.centreX
            centerY: trail.geometry.centreY
            radiusX: trail.inner
            radiusY: trail.inner
            startAngle: trail.angle - 90
            sweepAngle: -trail.sweep
            moveToStart: false
        }
    }
}
