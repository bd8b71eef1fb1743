//! The whole way with a made-up car: a script answers, and the car drives on while it is asked.

use std::collections::VecDeque;
use std::fs;
use std::time::Duration;

use can_reader::profile::FoundError;
use can_reader::{Event, Pipeline, SourceTime};
use tokio::sync::mpsc;

use super::ear::Ear;
use super::{another_drive_helps, find, free_name};
use crate::error::Error;
use crate::place::Place;
use crate::stranger::{STEP_MS, Stranger};
use crate::talk::Talk;
use crate::unknown::NewCar;

/// While a question is open: seconds, and where the driver gets to, km/h and 1/m.
type Act = (f64, f64, f64);

/// A car that drives while somebody is asked.
struct Road {
    car: Stranger,
    acts: VecDeque<Act>,
    now: SourceTime,
    /// It says nothing from then on.
    silent_from: SourceTime,
    /// Who types: an answer to each question, and Enter once more whenever there is none.
    typist: Option<(mpsc::UnboundedSender<String>, VecDeque<&'static str>)>,
}

impl Road {
    fn new(acts: &[Act]) -> Self {
        let silent_from = SourceTime::MAX;
        Self {
            car: Stranger::default(),
            acts: acts.iter().copied().collect(),
            now: SourceTime::ZERO,
            silent_from,
            typist: None,
        }
    }

    fn drive(&mut self, seconds: f64, mut with: impl FnMut(SourceTime, &Event)) {
        let steps = (seconds * 1000.0) as u64 / STEP_MS;
        for _ in 0..steps {
            for frame in self.car.step() {
                self.now = frame.stamp.at;
                if self.now < self.silent_from {
                    with(self.now, &Event::Frame(frame));
                }
            }
            with(self.now, &Event::Deadline);
        }
    }
}

impl Ear for Road {
    async fn until<T>(&mut self, answer: impl Future<Output = T>, with: impl FnMut(SourceTime, &Event)) -> T {
        let (seconds, kmh, curvature) =
            self.acts.pop_front().unwrap_or((1.0, self.car.aim_kmh, self.car.aim_curvature));
        (self.car.aim_kmh, self.car.aim_curvature) = (kmh, curvature);
        self.drive(seconds, with);
        if let Some((keyboard, answers)) = &mut self.typist {
            keyboard.send(answers.pop_front().unwrap().to_owned()).unwrap();
        }
        answer.await
    }

    async fn hear(&mut self, time: Duration, with: impl FnMut(SourceTime, &Event)) {
        self.drive(time.as_secs_f64(), with);
        if let Some((keyboard, _)) = &self.typist {
            keyboard.send(String::new()).unwrap();
        }
    }
}

/// Stand, two speeds, a bend to each side, stop; then roll off and hold 35 km/h.
const DRIVE: [Act; 10] = [
    (2.0, 0.0, 0.0),
    (7.0, 20.0, 0.0),
    (7.0, 40.0, 0.0),
    (6.0, 15.0, 0.0),
    (7.0, 15.0, 0.12),
    (4.0, 15.0, 0.0),
    (7.0, 15.0, -0.12),
    (6.0, 0.0, 0.0),
    (1.0, 35.0, 0.0),
    (2.0, 35.0, 0.0),
];

async fn led(acts: &[Act], answers: &[&str]) -> (Result<NewCar, Error>, String) {
    let mut talk = Talk::scripted(answers);
    let found = find(&mut talk, &mut Road::new(acts), "can0", "mycar".to_owned(), None).await;
    (found, talk.said().to_owned())
}

/// The greatest difference between the profile's speed and the car's, km/h, on another drive; frames without a speed count as far off.
fn off(car: &NewCar) -> f64 {
    let mut pipeline = Pipeline::new(car.proposal.vehicle.clone());
    let mut road = Road::new(&[]);
    let mut most = 0.0_f64;
    for (seconds, kmh, curvature) in [(3.0, 0.0, 0.0), (12.0, 50.0, 0.0), (8.0, 12.0, 0.0), (6.0, 12.0, 0.1)]
    {
        (road.car.aim_kmh, road.car.aim_curvature) = (kmh, curvature);
        for _ in 0..(seconds * 1000.0) as u64 / STEP_MS {
            let frames = road.car.step();
            for frame in &frames {
                pipeline.handle(frame.stamp.at, &Event::Frame(*frame));
            }
            if frames[0].stamp.at > SourceTime::from_secs(1) {
                let kmh = pipeline.estimate().speed_kmh.unwrap_or(f64::INFINITY);
                most = most.max((kmh - road.car.kmh).abs());
            }
        }
    }
    most
}

#[tokio::test]
async fn a_drive_leads_to_a_profile_that_is_right_and_tried() {
    let (found, said) = led(&DRIVE, &["", "20", "40", "", "", "", "", "", "", "35"]).await;
    let car = found.unwrap_or_else(|error| panic!("{error}\n{said}"));
    for words in [
        "1 of 6: stand",
        "Found 4 wheel speeds, ",
        "four numbers of like form in 2B7",
        "is the front axle",
        "With it, on the same drive: ",
        "It gives 3",
        "km/h: right.",
    ] {
        assert!(said.contains(words), "{words}\n{said}");
    }
    assert!(!said.contains("Which wheels are the left ones?"), "{said}");
    assert!(car.sure.doubts.is_empty(), "{:?}\n{said}", car.sure);
    assert!(car.question().starts_with("Write these files"));
    // Rear right, rear left, front right, front left in the message.
    for (name, start) in [("FL", 48), ("FR", 32), ("RL", 16), ("RR", 0)] {
        assert!(car.proposal.dbc.contains(&format!("WHEEL_SPEED_{name} : {start}|")), "{}", car.proposal.dbc);
    }
    assert!(!car.proposal.toml.contains("\nsides = \"unknown\""), "{}", car.proposal.toml);
    let off = off(&car);
    assert!(off < 2.0, "{off} km/h\n{}", car.proposal.toml);
}

#[tokio::test]
async fn a_car_that_stands_is_told_that_nothing_moves() {
    let still = DRIVE.map(|(seconds, ..)| (seconds, 0.0, 0.0));
    let (found, said) = led(&still[..8], &["", "20", "40", "", "", "", "", "", "n"]).await;
    let error = found.expect_err("nothing moves").to_string();
    assert!(
        error.starts_with("no profile was written: no number moved like a speed: the car seems to stand"),
        "{error}"
    );
    assert!(said.contains("Not found: no number moved"), "{said}");
}

#[tokio::test]
async fn what_was_left_out_is_in_doubt_and_said_before_it_is_asked() {
    let straight = UNTOLD.map(|(seconds, kmh, _)| (seconds, kmh, 0.0));
    let (found, said) = led(&straight, &["", "20", "", "n", "n", "", "", "35"]).await;
    let car = found.unwrap_or_else(|error| panic!("{error}\n{said}"));
    for doubt in ["the dash was read at one speed alone", "no bend proves which axle is the front one"] {
        assert!(car.sure.doubts.iter().any(|other| other == doubt), "{doubt}: {:?}\n{said}", car.sure);
    }
    assert!(car.question().starts_with("It is not sure."));
    assert!(!said.contains("Did it go to the left"), "no bend, no question\n{said}");
    let mut talk = Talk::scripted(&[]);
    car.say_how_sure(&mut talk);
    assert!(
        talk.said().contains("In doubt: ") && talk.said().contains("left and right: not known"),
        "{}",
        talk.said()
    );
}

/// The bends are driven, but nobody says which they were.
const UNTOLD: [Act; 8] = [
    (2.0, 0.0, 0.0),
    (7.0, 20.0, 0.0),
    (7.0, 40.0, 0.0),
    (10.0, 15.0, 0.12),
    (10.0, 15.0, -0.12),
    (6.0, 0.0, 0.0),
    (1.0, 35.0, 0.0),
    (2.0, 35.0, 0.0),
];

#[tokio::test]
async fn the_side_is_asked_where_no_bend_tells_it() {
    for (answer, is_known) in [("", false), ("r", true), ("l", true)] {
        let (found, said) = led(&UNTOLD, &["", "20", "40", "n", "n", "", answer, "", "35"]).await;
        let car = found.unwrap_or_else(|error| panic!("{error}\n{said}"));
        assert!(said.contains("Did it go to the left or to the right?"), "{said}");
        assert_eq!(!car.proposal.toml.contains("sides = \"unknown\""), is_known, "{}", car.proposal.toml);
        let line = if is_known { "left and right: by a bend" } else { "left and right: not known" };
        assert!(car.sure.lines.iter().any(|other| other.starts_with(line)), "{:?}", car.sure);
        // The axle is known either way.
        assert!(car.sure.lines.iter().any(|other| other == "front and rear: by the bends"), "{:?}", car.sure);
    }
}

#[tokio::test]
async fn without_the_dash_the_speed_is_a_guess_and_called_one() {
    let (found, said) = led(&DRIVE, &["", "", "", "", "", "", "", "", "", "240", "n"]).await;
    assert!(said.contains("Then the speed will be a guess"), "{said}");
    let error = found.expect_err("the dash says 240").to_string();
    assert!(error.contains("gives") && error.ends_with("a guess; read the dash in steps 2 and 3"), "{error}");
    // Who cannot read the dash at all comes to an end too.
    let (found, said) = led(&DRIVE, &["", "", "", "", "", "", "", "", "", "", "n"]).await;
    let car = found.unwrap_or_else(|error| panic!("{error}\n{said}"));
    for doubt in ["the speed may be wrong by any factor", "nobody held it against the dash"] {
        assert!(car.sure.doubts.iter().any(|other| other == doubt), "{doubt}: {:?}", car.sure);
    }
    assert!(car.question().starts_with("It is not sure."));
}

#[tokio::test]
async fn enter_at_the_wrong_moment_answers_nothing() {
    let (keyboard, lines) = mpsc::unbounded_channel();
    let mut talk = Talk::typed(lines);
    let mut road = Road::new(&DRIVE);
    road.typist = Some((keyboard, ["", "20", "40", "", "", "", "", "", "", "35"].into()));
    let found = find(&mut talk, &mut road, "can0", "mycar".to_owned(), None).await;
    let car = found.unwrap_or_else(|error| panic!("{error}\n{}", talk.said()));
    assert!(car.sure.doubts.is_empty(), "{:?}\n{}", car.sure, talk.said());
}

#[tokio::test]
async fn the_drive_begins_when_somebody_says_so() {
    let mut acts = DRIVE.to_vec();
    acts[0].0 = 900.0;
    let (found, said) = led(&acts, &["", "20"]).await;
    assert!(matches!(found, Err(Error::NoAnswer)), "{found:?}");
    assert!(said.contains("3 of 6: faster"), "{said}");
}

#[test]
fn where_nobody_read_the_dash_another_drive_is_offered() {
    let why = another_drive_helps(Error::Found(FoundError::Scale)).unwrap();
    assert!(why.starts_with("nobody read the dash") && !why.contains("--"), "{why}");
    assert!(matches!(another_drive_helps(Error::Found(FoundError::OnlyAnswers)), Err(Error::Found(_))));
}

#[tokio::test]
async fn readings_that_contradict_each_other_are_told() {
    let (found, said) = led(&DRIVE, &["", "20", "90", "", "", "", "", "", "n"]).await;
    assert!(said.contains("where the dash said"), "{said}");
    let error = found.expect_err("they contradict").to_string();
    assert!(
        error.starts_with(
            "no profile was written: what moves like the speed of a car is not what the dash said"
        ),
        "{error}"
    );
}

#[tokio::test]
async fn what_is_wrong_on_the_road_is_not_kept() {
    let (found, said) = led(&DRIVE, &["", "20", "40", "", "", "", "", "", "", "8", "70", "n"]).await;
    let error = found.expect_err("the dash says 70").to_string();
    assert!(
        said.contains("That is too slow to tell anything.") && said.contains("that does not agree"),
        "{said}"
    );
    assert!(error.starts_with("no profile was written: the dash shows 70 km/h"), "{error}");
    // Enter alone does not end it, but yes to the question after it does.
    let (found, _) = led(&DRIVE, &["", "20", "40", "", "", "", "", "", "", "", "y"]).await;
    assert!(matches!(found, Err(Error::Declined)), "{found:?}");
    let (found, said) = led(&DRIVE, &["", "20", "40", "", "", "", "", "", "", "", ""]).await;
    let car = found.unwrap_or_else(|error| panic!("{error}\n{said}"));
    assert_eq!(car.sure.doubts, ["nobody held it against the dash"], "{said}");
    assert!(
        car.sure
            .lines
            .iter()
            .any(|line| line.starts_with("tried live: not held against the dash; no speed at")),
        "{:?}",
        car.sure
    );
    // And so does an input that has ended, wherever that is.
    for count in 0..10 {
        let answers = ["", "20", "40", "", "", "", "", "", "", "35"];
        let (found, said) = led(&DRIVE, &answers[..count]).await;
        assert!(matches!(found, Err(Error::NoAnswer)), "{count}: {found:?}\n{said}");
    }
}

#[tokio::test]
async fn answers_that_cannot_be_are_asked_for_again() {
    let mut acts = DRIVE.to_vec();
    acts.insert(1, (1.0, 0.0, 0.0));
    acts.insert(3, (1.0, 20.0, 0.0));
    let answers = ["", "2", "20", "23", "40", "", "", "", "", "", "", "35"];
    let (found, said) = led(&acts, &answers).await;
    assert!(
        said.contains("Between 5 and 250 km/h") && said.contains("too near to the other speed"),
        "{said}"
    );
    found.unwrap_or_else(|error| panic!("{error}\n{said}"));
}

#[tokio::test]
async fn a_bus_that_falls_silent_ends_the_drive() {
    let mut road = Road::new(&DRIVE);
    road.silent_from = SourceTime::from_secs(8);
    let mut talk = Talk::scripted(&["", "20", "40", "", "", "", "", ""]);
    let found = find(&mut talk, &mut road, "can0", "mycar".to_owned(), None).await;
    let error = found.expect_err("silence").to_string();
    assert!(error.contains("leave the ignition on for the whole drive"), "{error}");
}

#[tokio::test]
async fn files_are_whole_readable_and_go_again() {
    let (found, said) = led(&DRIVE, &["", "20", "40", "", "", "", "", "", "", "35"]).await;
    let car = found.unwrap_or_else(|error| panic!("{error}\n{said}"));
    let root = tempfile::tempdir().unwrap();
    let place = Place::new(Some(root.path()));
    let kept = car.keep(&place).unwrap();
    let profile = place.vehicles().join("mycar.toml");
    let text = fs::read_to_string(&profile).unwrap();
    assert!(text.starts_with("# cardash-setup: that these numbers are wheel speeds: "), "{text}");
    assert!(can_reader::Vehicle::load(&profile).is_ok());
    assert_eq!(free_name(&place.vehicles()), "mycar-2");
    assert!(matches!(car.keep(&place), Err(Error::Save(_))), "never over a file that is there");
    assert!(profile.exists());
    kept.undo();
    assert!(!place.vehicles().exists(), "nothing is left");
    assert_eq!(free_name(&place.vehicles()), "mycar");
}
