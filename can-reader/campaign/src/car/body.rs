//! A car on four tyres: speed along and across, yaw, four wheels that spin, and the load on each.

use super::tyre::Contact;
use super::{Car, Driven, GRAVITY};

/// One step of the integration, s.
pub const STEP: f64 = 0.001;

/// Below this the slip of a tyre is held as if the car moved so fast, m/s: slip is no quantity at rest.
const SLOWEST: f64 = 0.4;

/// How fast the body leans into a change of acceleration, s.
const LEAN: f64 = 0.08;

/// What acts on the car during one step.
#[derive(Clone, Copy, Debug)]
pub struct Input {
    /// Mean angle of the front wheels, rad, positive to the left.
    pub steer: f64,
    /// Of the engine at all driven wheels together, N m; negative when it brakes.
    pub drive: f64,
    /// What each brake can hold, N m.
    pub brakes: [f64; 4],
    /// Peak of the road by that of dry asphalt, at each wheel.
    pub road: [f64; 4],
    /// Unevenness at each wheel, standard deviations.
    pub bumps: [f64; 4],
}

/// Where the car is in its motion. SI units.
#[derive(Clone, Copy, Debug)]
pub struct Body {
    /// Of the centre of gravity, along and across (to the left).
    pub along: f64,
    pub across: f64,
    pub yaw_rate: f64,
    /// Angle that the car has turned, rad.
    pub heading: f64,
    /// Of each wheel, rad/s.
    pub spin: [f64; 4],
    pub loads: [f64; 4],
    /// As felt by the leaning body, m/s2.
    pub felt: (f64, f64),
}

impl Body {
    /// At rest, or rolling straight on.
    pub fn rolling(car: &Car, speed_ms: f64) -> Self {
        let loads = loads(car, (0.0, 0.0), [0.0; 4]);
        let mut spin = [0.0; 4];
        for wheel in 0..4 {
            spin[wheel] = speed_ms / car.tyres[wheel].radius(speed_ms, loads[wheel], 0.0);
        }
        Self { along: speed_ms, across: 0.0, yaw_rate: 0.0, heading: 0.0, spin, loads, felt: (0.0, 0.0) }
    }

    /// The truth: speed of the point midway between the axles on the centre line, m/s, never negative.
    pub fn speed(&self, car: &Car) -> f64 {
        let ahead = car.front - car.wheelbase / 2.0;
        self.along.hypot(self.across + self.yaw_rate * ahead)
    }

    /// Speed of a wheel's hub along its plane and across, m/s.
    pub fn hub(&self, car: &Car, wheel: usize, angles: [f64; 2]) -> (f64, f64) {
        let (x, y) = place(car, wheel);
        let (vx, vy) = (self.along - self.yaw_rate * y, self.across + self.yaw_rate * x);
        if wheel >= 2 {
            return (vx, vy);
        }
        let (sin, cos) = angles[wheel].sin_cos();
        (vx * cos + vy * sin, vy * cos - vx * sin)
    }

    /// One step on.
    pub fn step(&mut self, car: &Car, input: &Input) {
        let angles = angles(car, input.steer);
        self.loads = loads(car, self.felt, input.bumps);
        let torques = torques(car, input.drive, &self.spin);
        let (mut fx, mut fy, mut moment) = (0.0, 0.0, 0.0);
        for wheel in 0..4 {
            let (v, w) = self.hub(car, wheel, angles);
            let load = self.loads[wheel];
            let radius = car.tyres[wheel].radius(self.along.abs(), load, car.roughness * input.bumps[wheel]);
            let reference = v.abs().max((self.spin[wheel] * radius).abs()).max(SLOWEST);
            let slip = (self.spin[wheel] * radius - v) / reference;
            let contact = Contact { load, road: input.road[wheel] };
            let (along, across, stiffness) = car.tyres[wheel].force(contact, slip, w / reference);
            // The belt's own losses: 1 % of the load, taken from the spin and so from the car.
            let rolling = 0.01 * load * radius * (v / SLOWEST).clamp(-1.0, 1.0);
            let extra = if car.drives(wheel) { car.driveline_inertia } else { 0.0 };
            // Implicit in the slip: a wheel at walking pace follows the road within less than a step.
            let inertia = car.wheel_inertia + extra + STEP * stiffness * radius * radius / reference;
            let free = self.spin[wheel] + STEP * (torques[wheel] - rolling - along * radius) / inertia;
            let held = STEP * input.brakes[wheel] / inertia;
            self.spin[wheel] = if free.abs() <= held { 0.0 } else { free - held * free.signum() };
            let (sin, cos) = if wheel < 2 { angles[wheel].sin_cos() } else { (0.0, 1.0) };
            let (x, y) = place(car, wheel);
            let (bx, by) = (along * cos - across * sin, along * sin + across * cos);
            fx += bx;
            fy += by;
            moment += x * by - y * bx;
        }
        // Air: 0.4 N s2/m2 is a usual car.
        fx -= 0.4 * self.along * self.along.abs();
        let (ax, ay) = (fx / car.mass, fy / car.mass);
        self.felt.0 += (ax - self.felt.0) * STEP / LEAN;
        self.felt.1 += (ay - self.felt.1) * STEP / LEAN;
        let (along, across) = (self.along, self.across);
        self.along += STEP * (ax + across * self.yaw_rate);
        self.across += STEP * (ay - along * self.yaw_rate);
        self.yaw_rate += STEP * moment / car.yaw_inertia;
        self.heading += STEP * self.yaw_rate;
    }
}

/// From the centre of gravity, forward and left, m.
fn place(car: &Car, wheel: usize) -> (f64, f64) {
    let x = if wheel < 2 { car.front } else { car.front - car.wheelbase };
    let half = car.track[wheel / 2] / 2.0;
    (x, if wheel.is_multiple_of(2) { half } else { -half })
}

/// Angles of the front wheels.
pub fn angles(car: &Car, mean: f64) -> [f64; 2] {
    let curvature = mean.tan() / car.wheelbase;
    let half = car.track[0] / 2.0;
    [half, -half].map(|y| {
        let exact = (curvature * car.wheelbase / (1.0 - curvature * y)).atan();
        mean + car.ackermann * (exact - mean)
    })
}

fn loads(car: &Car, felt: (f64, f64), bumps: [f64; 4]) -> [f64; 4] {
    let (length, weight) = (car.wheelbase, car.mass * GRAVITY);
    let shift = car.mass * felt.0 * car.height / length;
    let front = weight * (length - car.front) / length - shift;
    let rear = weight * car.front / length + shift;
    let roll = car.mass * felt.1 * car.height;
    let (roll_front, roll_rear) =
        (roll * car.roll_front / car.track[0], roll * (1.0 - car.roll_front) / car.track[1]);
    let parts =
        [front / 2.0 - roll_front, front / 2.0 + roll_front, rear / 2.0 - roll_rear, rear / 2.0 + roll_rear];
    let mut loads = [0.0; 4];
    for wheel in 0..4 {
        // A road of average roughness changes the load by about 5 %.
        loads[wheel] = (parts[wheel] * (1.0 + 0.05 * bumps[wheel])).max(50.0);
    }
    loads
}

/// Shares of the engine: open differentials with some resistance.
fn torques(car: &Car, drive: f64, spin: &[f64; 4]) -> [f64; 4] {
    let front = match car.driven {
        Driven::Front => 1.0,
        Driven::Rear => 0.0,
        Driven::All => car.drive_front,
    };
    let mut out = [front, front, 1.0 - front, 1.0 - front].map(|part| part * drive / 2.0);
    for (left, right) in [(0, 1), (2, 3)] {
        if car.drives(left) {
            let eased = car.lock * (spin[left] - spin[right]);
            out[left] -= eased;
            out[right] += eased;
        }
    }
    if car.driven == Driven::All {
        let eased = 2.0 * car.lock * (spin[0] + spin[1] - spin[2] - spin[3]) / 2.0;
        for (wheel, torque) in out.iter_mut().enumerate() {
            *torque += if wheel < 2 { -eased / 2.0 } else { eased / 2.0 };
        }
    }
    out
}

#[cfg(test)]
mod tests;
