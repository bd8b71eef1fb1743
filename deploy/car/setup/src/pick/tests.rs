//! What is decided without a person, and what a person is asked.

use can_reader::{Event, Vehicle};

use super::*;
use crate::car::Car;

/// All built-in profiles after they have heard three seconds of these cars.
fn hearing(cars: &[&str]) -> Vec<Candidate> {
    let load = |name: &'static str| Candidate::new(name.to_owned(), Vehicle::find(name).unwrap());
    let mut candidates: Vec<_> = Vehicle::builtin().into_iter().map(load).collect();
    for vehicle in cars {
        let mut car = Car::of(vehicle);
        for frame in (0..150).map(|_| car.frame(50.0)) {
            candidates.iter_mut().for_each(|candidate| candidate.add(frame.stamp.at, &Event::Frame(frame)));
        }
    }
    candidates
}

fn place(candidates: &[Candidate], key: &str) -> Option<usize> {
    candidates.iter().position(|candidate| candidate.key == key)
}

fn profile(key: &str) -> Picked {
    Picked::Profile(key.to_owned())
}

#[tokio::test]
async fn without_a_person_only_a_proof_decides() {
    let mut nobody = Talk::with_nobody();
    let candidates = hearing(&["honda"]);
    assert_eq!(pick(&mut nobody, &candidates, None, None, true, "can0").await.unwrap(), profile("honda"));
    let candidates = hearing(&["icsim"]);
    let error = pick(&mut nobody, &candidates, None, None, true, "can0").await.unwrap_err().to_string();
    assert_eq!(
        error,
        "profile icsim may fit, but nothing proves it; if it is your car, type --vehicle icsim"
    );
    // But it was decided before.
    let again = pick(&mut nobody, &candidates, None, Some("icsim"), true, "can0").await.unwrap();
    assert_eq!(again, profile("icsim"));
    let candidates = hearing(&["honda", "simulator"]);
    let error = pick(&mut nobody, &candidates, None, None, true, "can0").await.unwrap_err().to_string();
    assert!(error.ends_with(": --vehicle honda, or --vehicle simulator"), "{error}");
    let candidates = hearing(&[]);
    assert_eq!(
        pick(&mut nobody, &candidates, None, Some("honda"), true, "can0").await.unwrap(),
        Picked::None
    );
}

#[tokio::test]
async fn a_named_vehicle_that_is_not_heard_is_taken_with_a_warning() {
    let candidates = hearing(&["honda"]);
    let toyota = place(&candidates, "toyota");
    let mut nobody = Talk::with_nobody();
    assert_eq!(pick(&mut nobody, &candidates, toyota, None, true, "can0").await.unwrap(), profile("toyota"));
    let mut person = Talk::scripted(&[""]);
    let error = pick(&mut person, &candidates, toyota, None, true, "can0").await.unwrap_err();
    assert!(matches!(error, Error::Declined), "the default is no");
    assert!(person.said().contains("no frame of vehicle toyota is on can0"), "{}", person.said());
}

#[tokio::test]
async fn a_named_vehicle_that_is_contradicted_is_refused() {
    let mut candidates = hearing(&[]);
    let mut car = Car::of("honda");
    for _ in 0..50 {
        let mut frame = car.frame(50.0);
        frame.payload = can_reader::Payload::new(&[1, 2, 3, 4, 5, 6, 7, 9]).unwrap();
        candidates.iter_mut().for_each(|candidate| candidate.add(frame.stamp.at, &Event::Frame(frame)));
    }
    let honda = place(&candidates, "honda");
    let error = pick(&mut Talk::with_nobody(), &candidates, honda, None, true, "can0").await.unwrap_err();
    assert!(matches!(error, Error::Contradicted(_)), "{error}");
    let mut person = Talk::scripted(&["y"]);
    assert_eq!(pick(&mut person, &candidates, honda, None, true, "can0").await.unwrap(), profile("honda"));
    assert!(person.said().contains("checksum right in 0"), "{}", person.said());
}

#[tokio::test]
async fn a_person_sees_the_evidence_and_may_take_none() {
    let candidates = hearing(&["icsim", "honda"]);
    let mut person = Talk::scripted(&["2"]);
    let picked = pick(&mut person, &candidates, None, None, true, "can0").await.unwrap();
    assert_eq!(picked, Picked::None, "{}", person.said());
    for words in ["1 honda, Honda Civic", "fits: its checksum is right", "50.0 km/h", "2 none of these"] {
        assert!(person.said().contains(words), "{words}: {}", person.said());
    }
    let candidates = hearing(&["icsim", "piracer"]);
    let mut person = Talk::scripted(&[""]);
    let picked = pick(&mut person, &candidates, None, Some("piracer"), true, "can0").await.unwrap();
    assert_eq!(picked, profile("piracer"), "the default is what is set up already");
}
