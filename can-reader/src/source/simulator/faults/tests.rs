use super::*;

/// What 5,000 frames hold of a wheel that really turns at 50 km/h, with this fault.
fn frames(fault: &str) -> Vec<Option<f64>> {
    let mut faults = Faults::new(&[], 1, &[fault.parse().unwrap()], 1);
    (0..5000).map(|n| faults.applied(n * 20, [50.0, 51.0, 52.0, 53.0 + n as f64 / 100.0])[3]).collect()
}

fn values(fault: &str) -> Vec<f64> {
    frames(fault).into_iter().map(|kmh| kmh.expect("a value")).collect()
}

#[test]
fn each_fault_does_what_its_word_says() {
    let true_kmh = |n: usize| 53.0 + n as f64 / 100.0;
    let stuck = values("Row2.Right=stuck@1s..2s");
    assert!((0..5000).all(|n| stuck[n] == if (50..100).contains(&n) { true_kmh(50) } else { true_kmh(n) }));
    assert!(values("Row2.Right=zero").iter().all(|kmh| *kmh == 0.0));
    let scaled = values("Row2.Right=scale:0.5");
    assert!((0..5000).all(|n| scaled[n] == true_kmh(n) * 0.5));
    let offset = values("Row2.Right=offset:-4");
    assert!((0..5000).all(|n| offset[n] == true_kmh(n) - 4.0));
    let noise: Vec<_> =
        values("Row2.Right=noise:3").iter().enumerate().map(|(n, kmh)| kmh - true_kmh(n)).collect();
    assert!(noise.iter().all(|kmh| kmh.abs() <= 3.0) && noise.iter().any(|kmh| *kmh > 2.5));
    assert!(noise.iter().any(|kmh| *kmh < -2.5));
    assert!(frames("Row2.Right=not-available").iter().all(Option::is_none));
}

#[test]
fn spikes_and_dropouts_come_as_often_as_they_should() {
    let spikes = values("Row2.Right=spikes:40");
    let spiked = (0..5000).filter(|n| spikes[*n] - (53.0 + *n as f64 / 100.0) > 39.0).count();
    assert!((60..150).contains(&spiked), "{spiked}");
    for part in [0.0, 0.3, 1.0] {
        let dropped = values(&format!("Row2.Right=drop:{part}")).iter().filter(|kmh| **kmh == 0.0).count();
        assert!((dropped as f64 / 5000.0 - part).abs() < 0.05, "{part}: {dropped}");
    }
}

#[test]
fn the_other_wheels_are_left_alone() {
    let mut faults = Faults::new(&[], 1, &["Row1.Left=zero".parse().unwrap()], 1);
    assert_eq!(faults.applied(0, [50.0, 51.0, 52.0, 53.0]), [Some(0.0), Some(51.0), Some(52.0), Some(53.0)]);
}

#[test]
fn the_link_goes_down_falls_silent_or_loses_frames() {
    let faults =
        ["link=down@1s..2s", "link=silent@3s..4s", "link=drop:0.3@5s"].map(|text| text.parse().unwrap());
    let mut faults = Faults::new(&[], 1, &faults, 1);
    assert_eq!(
        [0, 1000, 2000, 3980, 4000].map(|at_ms| faults.passage(at_ms)),
        [Passage::Passes, Passage::Down(0), Passage::Passes, Passage::Lost, Passage::Passes]
    );
    let lost = (0..5000).filter(|n| faults.passage(5000 + n * 20) == Passage::Lost).count();
    assert!((1350..1650).contains(&lost), "{lost}");
    assert_eq!(faults.reason(0), "the simulated CAN adapter is unplugged (link=down@1s..2s)");
}

#[test]
fn the_faults_of_a_drive_come_again_with_it_and_those_of_the_user_do_not() {
    let [again, once] = ["Row1.Left=zero@1s..2s", "Row1.Right=zero@1s..2s"].map(|text| text.parse().unwrap());
    let mut faults = Faults::new(&[again], 10_000, &[once], 1);
    let mut zeros = |at_ms| faults.applied(at_ms, [50.0; 4]).map(|kmh| kmh == Some(0.0));
    assert_eq!(zeros(1000), [true, true, false, false]);
    assert_eq!(zeros(5000), [false; 4]);
    assert_eq!(zeros(11_000), [true, false, false, false]);
}
