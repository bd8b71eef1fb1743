// The lit part of the arc: a band that fades behind the needle, and the light it throws inwards.
import QtQuick
import QtQuick.Shapes

Shape {
    id: trail

    required property real centreX
    required property real centreY
    required property real radius
    // From here, in degrees clockwise from twelve o'clock, to the needle: either way round.
    required property real start
    required property real angle
    property color light: Theme.accent

    readonly property real inner: radius * (1 - Theme.band)
    readonly property real sweep: angle - start
    readonly property real deep: radius * (1 - Theme.bloom)

    visible: sweep !== 0
    layer.enabled: Theme.usesGpu(GraphicsInfo.api)
    layer.samples: Theme.samples

    ShapePath {
        strokeColor: "transparent"
        strokeWidth: -1
        fillGradient: RadialGradient {
            centerX: trail.centreX
            centerY: trail.centreY
            centerRadius: trail.inner
            focalX: centerX
            focalY: centerY
            GradientStop {
                position: 1 - Theme.bloom
                color: Theme.fade(trail.light, 0)
            }
            GradientStop {
                position: 1 - Theme.bloom * Theme.glowKnee
                color: Theme.fade(trail.light, Theme.glow * Theme.glowFalloff)
            }
            GradientStop {
                position: 1
                color: Theme.fade(trail.light, Theme.glow)
            }
        }
        PathAngleArc {
            centerX: trail.centreX
            centerY: trail.centreY
            radiusX: trail.inner
            radiusY: trail.inner
            startAngle: trail.start - 90
            sweepAngle: trail.sweep
        }
        PathAngleArc {
            centerX: trail.centreX
            centerY: trail.centreY
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
        fillGradient: trail.sweep > 0 ? clockwise : counter
        PathAngleArc {
            centerX: trail.centreX
            centerY: trail.centreY
            radiusX: trail.radius
            radiusY: trail.radius
            startAngle: trail.start - 90
            sweepAngle: trail.sweep
        }
        PathAngleArc {
            centerX: trail.centreX
            centerY: trail.centreY
            radiusX: trail.inner
            radiusY: trail.inner
            startAngle: trail.angle - 90
            sweepAngle: -trail.sweep
            moveToStart: false
        }
    }
    ConicalGradient {
        id: clockwise
        centerX: trail.centreX
        centerY: trail.centreY
        angle: 90 - trail.angle
        GradientStop {
            position: 0
            color: trail.light
        }
        GradientStop {
            position: Theme.trailNearEnd
            color: Theme.fade(trail.light, Theme.trailNear)
        }
        GradientStop {
            position: Theme.trailMiddleEnd
            color: Theme.fade(trail.light, Theme.trailMiddle)
        }
        GradientStop {
            position: 1
            color: Theme.fade(trail.light, Theme.trailFar)
        }
    }
    ConicalGradient {
        id: counter
        centerX: trail.centreX
        centerY: trail.centreY
        angle: 90 - trail.angle
        GradientStop {
            position: 0
            color: Theme.fade(trail.light, Theme.trailFar)
        }
        GradientStop {
            position: 1 - Theme.trailMiddleEnd
            color: Theme.fade(trail.light, Theme.trailMiddle)
        }
        GradientStop {
            position: 1 - Theme.trailNearEnd
            color: Theme.fade(trail.light, Theme.trailNear)
        }
        GradientStop {
            position: 1
            color: trail.light
        }
    }
}
