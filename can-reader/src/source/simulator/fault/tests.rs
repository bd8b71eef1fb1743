use super::*;

#[test]
fn faults_are_read_and_written() {
    for (text, target, from_ms, until_ms) in [
        ("Row2.Left=stuck@20s", Target::Wheel(Wheel::RearLeft, WheelFault::Stuck), 20_000, None),
        ("Row1.Right=zero", Target::Wheel(Wheel::FrontRight, WheelFault::Zero), 0, None),
        (
            "Row1.Left=scale:0.95@1.5s..4s",
            Target::Wheel(Wheel::FrontLeft, WheelFault::Scale(0.95)),
            1500,
            Some(4000),
        ),
        ("Row2.Right=offset:-7", Target::Wheel(Wheel::RearRight, WheelFault::Offset(-7.0)), 0, None),
        (
            "Row2.Right=not-available@3s",
            Target::Wheel(Wheel::RearRight, WheelFault::NotAvailable),
            3000,
            None,
        ),
        ("link=down@30s..35s", Target::Link(LinkFault::Down), 30_000, Some(35_000)),
        ("link=silent@1s", Target::Link(LinkFault::Silent), 1000, None),
        ("link=drop:0.5", Target::Link(LinkFault::Drop(0.5)), 0, None),
    ] {
        let fault = Fault { target, from_ms, until_ms };
        assert_eq!(text.parse(), Ok(fault));
        assert_eq!(fault.to_string(), text);
    }
    let same = |left: &str, right: &str| assert_eq!(left.parse::<Fault>(), right.parse::<Fault>(), "{left}");
    same("row2.left=STUCK@1500ms..20", "Row2.Left=stuck@1.5s..20s");
    same("Row1.Left=noise", "Row1.Left=noise:5");
    same("Row1.Left=spikes@2", "Row1.Left=spikes:50@2s");
}

#[test]
fn a_bad_word_is_named_with_what_it_may_be() {
    for (text, says) in [
        ("", "write PLACE=KIND"),
        ("stuck@20s", "such as Row2.Left=stuck@20s"),
        (
            "Row3.Left=stuck",
            "there is no place \"Row3.Left\"; it is Row1.Left, Row1.Right, Row2.Left, Row2.Right or link",
        ),
        (
            "Row2.Left=dead@20s",
            "Row2.Left has no fault \"dead\"; it is stuck, zero, scale, offset, noise, drop, spikes, not-available",
        ),
        ("link=stuck", "link has no fault \"stuck\"; it is down, silent, drop"),
        ("Row2.Left=stuck:5", "stuck takes no amount, not \"5\""),
        ("Row2.Left=scale:much", "scale takes a factor from 0 to 10, not \"much\""),
        ("Row2.Left=offset:nan", "offset takes an amount in km/h"),
        ("Row2.Left=offset:301", "from -300 to 300, not \"301\""),
        ("link=drop:2", "drop takes a part from 0 to 1"),
        ("link=down@", "\"\" is no time; write @20s, @1500ms or @30s..35s"),
        ("link=down@soon", "\"soon\" is no time"),
        ("link=down@-1s", "\"-1s\" is no time"),
        ("link=down@inf", "\"inf\" is no time"),
        ("link=down@1e300s", "\"1e300s\" is no time"),
        ("link=down@5s..5s", "\"5s..5s\" is no time"),
        ("link=down@9s..5s", "the later last"),
        ("link=down@20s@30s", "\"20s@30s\" is no time"),
    ] {
        let error = text.parse::<Fault>().unwrap_err().to_string();
        assert!(error.starts_with(&format!("fault {text:?}: ")) && error.contains(says), "{error}");
    }
}

#[test]
fn it_acts_from_its_first_moment_until_its_last() {
    let fault: Fault = "link=down@30s..35s".parse().unwrap();
    let acts = [0, 29_999, 30_000, 34_999, 35_000, u64::MAX].map(|at_ms| fault.acts(at_ms));
    assert_eq!(acts, [false, false, true, true, false, false]);
}
