use super::*;

const STEP: Duration = Duration::from_millis(20);

/// Luck that repeats.
struct Luck(u64);

impl Luck {
    /// From 0 to 1.
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn from(&mut self, least: f64, most: f64) -> f64 {
        least + (most - least) * self.next()
    }
}

/// A gearbox with the steps of real ones: rpm for each km/h, the first gear first.
fn ratios(luck: &mut Luck) -> Vec<f64> {
    let gears = 4 + (luck.next() * 3.0) as usize;
    let (mut ratio, mut step) = (luck.from(95.0, 150.0), luck.from(1.65, 1.95));
    let mut ratios = vec![ratio];
    for _ in 1..gears {
        ratio /= step;
        ratios.push(ratio);
        step = 1.0 + (step - 1.0) * luck.from(0.62, 0.85);
        step = step.max(1.14);
    }
    ratios
}

/// A car with a clutch.
struct Car {
    ratios: Vec<f64>,
    now: SourceTime,
    kmh: f64,
    luck: Luck,
    box_: Gearbox,
    /// Moments with the right gear, with none, and in which one was engaged.
    right: u32,
    engaged: u32,
}

const IDLE: f64 = 800.0;

impl Car {
    fn new(seed: u64) -> Self {
        let mut luck = Luck(seed);
        let ratios = ratios(&mut luck);
        Self { ratios, now: SourceTime::ZERO, kmh: 0.0, luck, box_: Gearbox::default(), right: 0, engaged: 0 }
    }

    /// A moment in a gear (`None`: the clutch is open and the engine turns with `rpm`).
    fn moment(&mut self, gear: Option<usize>, rpm: f64) {
        self.now += STEP;
        let noise = self.luck.from(-0.004, 0.004);
        let turns = gear.map_or(rpm, |gear| (self.ratios[gear] * self.kmh * (1.0 + noise)).max(IDLE));
        // To whole counts, as cars do.
        let kmh = (self.kmh * 100.0).round() / 100.0;
        self.box_.observe(self.now, Some((turns.round(), kmh)));
        let said = self.box_.gear(kmh);
        let is = gear.map(|gear| i32::try_from(gear + 1).unwrap());
        if let Some(said) = said {
            // A gear that was just left may be said for a moment.
            assert!(
                is.is_none_or(|is| is == said),
                "{said} at {kmh} km/h, and it is {is:?}: {:?}",
                self.ratios
            );
            self.right += u32::from(is.is_some());
        }
        self.engaged += u32::from(is.is_some() && kmh > 30.0);
    }

    fn stand(&mut self) {
        self.kmh = 0.0;
        (0..100).for_each(|_| self.moment(None, IDLE));
    }

    /// From where it is to another speed in a gear, at so many km/h a second.
    fn drive(&mut self, gear: usize, to: f64, rate: f64) {
        while (self.kmh - to).abs() > rate * STEP.as_secs_f64() {
            self.kmh += (to - self.kmh).signum() * rate * STEP.as_secs_f64();
            self.moment(Some(gear), 0.0);
        }
    }

    /// The clutch is open while the next gear is chosen.
    fn shift(&mut self) {
        let from = self.luck.from(900.0, 3000.0);
        (0..30).for_each(|n| self.moment(None, from + 20.0 * f64::from(n)));
    }

    /// Through all gears to `top`, and down to a standstill in neutral.
    fn trip(&mut self, top: f64) {
        self.stand();
        for gear in 0..self.ratios.len() {
            let until = (self.luck.from(2600.0, 4200.0) / self.ratios[gear]).min(top);
            let rate = self.luck.from(3.0, 8.0);
            self.drive(gear, until, rate);
            if until >= top {
                break;
            }
            self.shift();
        }
        while self.kmh > 0.5 {
            self.kmh -= 0.1;
            self.moment(None, IDLE);
        }
    }
}

#[test]
fn it_is_never_wrong_and_mostly_there() {
    for seed in 0..40 {
        let mut car = Car::new(seed);
        for _ in 0..6 {
            car.trip(150.0);
        }
        (car.right, car.engaged) = (0, 0);
        for _ in 0..3 {
            car.trip(150.0);
        }
        assert!(car.right * 10 > car.engaged * 6, "seed {seed}: {} of {}", car.right, car.engaged);
    }
}

#[test]
fn nothing_is_said_before_each_lower_gear_is_known() {
    let mut car = Car::new(3);
    car.stand();
    // Rolling already: which gear that is, nobody knows.
    car.kmh = 60.0;
    for _ in 0..20 {
        car.drive(2, 80.0, 5.0);
        car.shift();
        car.drive(3, 60.0, 5.0);
        car.shift();
    }
    assert_eq!(car.right, 0);
}

#[test]
fn a_gearbox_without_steps_has_no_gears() {
    let mut gearbox = Gearbox::default();
    let (mut now, mut luck) = (SourceTime::ZERO, Luck(7));
    for trip in 0..60 {
        for n in 0..200_u32 {
            now += STEP;
            gearbox.observe(now, Some((800.0, 0.0)));
            assert_eq!(gearbox.gear(0.0), None, "{n}");
        }
        // Each trip holds another ratio, as a variator does under another load.
        let ratio = luck.from(25.0, 110.0);
        for n in 0..400_u32 {
            now += STEP;
            let kmh = 5.0 + 0.2 * f64::from(n);
            gearbox.observe(now, Some(((ratio * kmh).max(800.0), kmh)));
            assert!(trip < 30 || gearbox.gear(kmh).is_none(), "trip {trip}: {:?}", gearbox.gear(kmh));
        }
    }
}

#[test]
fn reverse_is_not_the_first() {
    let mut car = Car::new(11);
    for _ in 0..8 {
        car.trip(120.0);
    }
    car.right = 0;
    car.stand();
    // Backwards, with the ratio of the first.
    car.drive(0, 20.0, 3.0);
    assert_eq!(car.right, 0);
}

#[test]
fn neutral_at_a_steady_speed_is_no_gear() {
    let mut car = Car::new(5);
    for _ in 0..8 {
        car.trip(140.0);
    }
    for gear in 0..car.ratios.len() {
        car.kmh = IDLE / car.ratios[gear];
        for _ in 0..200 {
            car.moment(None, IDLE);
            assert_eq!(car.box_.gear(car.kmh), None, "gear {}", gear + 1);
        }
    }
}

#[test]
fn what_is_not_known_ends_it_at_once_and_a_clock_may_start_again() {
    let mut car = Car::new(5);
    for _ in 0..8 {
        car.trip(140.0);
    }
    car.stand();
    car.drive(0, 30.0, 5.0);
    car.drive(1, 45.0, 5.0);
    assert_eq!(car.box_.gear(45.0), Some(2));
    car.box_.observe(car.now + STEP, None);
    assert_eq!(car.box_.gear(45.0), None);
    car.box_.observe(SourceTime::ZERO, Some((f64::NAN, 45.0)));
    car.box_.observe(SourceTime::ZERO, Some((f64::INFINITY, f64::NAN)));
    assert_eq!(car.box_.gear(45.0), None);
}

proptest::proptest! {
    #[test]
    fn anything_goes(moments in proptest::collection::vec((0_u64..3000, -1e6..1e6_f64, -1e3..1e3_f64), 0..300)) {
        let (mut gearbox, mut now) = (Gearbox::default(), 0);
        for (ms, rpm, kmh) in moments {
            now = (now + ms) % 60_000;
            gearbox.observe(Duration::from_millis(now), Some((rpm, kmh)));
            proptest::prop_assert!(gearbox.gear(kmh).is_none_or(|gear| (1..=12).contains(&gear)));
        }
    }
}
