//! What `ip` prints, and what it is told.

use super::*;

/// As `ip -details -json link show` of iproute2 6.1 prints it, shortened.
const KVASER: &str = r#"[{"ifindex":2,"ifname":"can0","flags":["NOARP","UP","LOWER_UP","ECHO"],"mtu":16,
    "linkinfo":{"info_kind":"can","info_data":{"ctrlmode":["LISTEN-ONLY"],
    "ctrlmode_supported":["LOOPBACK","LISTEN-ONLY","BERR-REPORTING"],"state":"ERROR-ACTIVE",
    "berr_counter":{"tx":0,"rx":0},"restart_ms":0,"bittiming":{"bitrate":500000,"sample_point":"0.875"},
    "clock":8000000}}}]"#;
const VCAN: &str = r#"[{"ifindex":4,"ifname":"vcan0","flags":["NOARP"],"linkinfo":{"info_kind":"vcan"}}]"#;
const FD_DOWN: &str = r#"[{"ifname":"can0","flags":["NOARP"],"linkinfo":{"info_kind":"can","info_data":{
    "ctrlmode":["FD"],"ctrlmode_supported":["LISTEN-ONLY","FD"],"state":"STOPPED",
    "bittiming":{"bitrate":500000},"data_bittiming":{"bitrate":2000000}}}}]"#;

const CLASSICAL: Rate = Rate { bit_rate: 250_000, data_bit_rate: None };

#[test]
fn a_controller_that_is_up() {
    let link = Link::parse(KVASER).unwrap();
    assert!(link.up && link.has_controller && link.is_listen_only() && !link.offers_fd());
    assert_eq!(link.offers_listen_only(), Some(true));
    assert!(!link.acknowledges());
    assert!(Link { modes: Vec::new(), ..link.clone() }.acknowledges());
    assert!(!Link { up: false, modes: Vec::new(), ..link.clone() }.acknowledges());
    assert_eq!(link.describe(), "up, 500 kbit/s, listen-only");
    assert_eq!(
        typed(&link.arguments("can0", CLASSICAL, true)),
        "ip link set can0 type can bitrate 250000 berr-reporting on listen-only on"
    );
    let restoring: Vec<_> = link.restoring("can0").iter().map(|words| typed(words)).collect();
    assert_eq!(
        restoring,
        [
            "ip link set can0 down",
            "ip link set can0 type can bitrate 500000 berr-reporting off listen-only on",
            "ip link set can0 up"
        ]
    );
}

#[test]
fn a_virtual_one_has_no_bit_rate() {
    let link = Link::parse(VCAN).unwrap();
    assert!(!link.up && !link.has_controller && link.rate.is_none());
    assert_eq!(link.offers_listen_only(), None);
    assert_eq!(link.describe(), "down");
}

#[test]
fn can_fd_is_switched_off_and_on_with_the_data_bit_rate() {
    let link = Link::parse(FD_DOWN).unwrap();
    let rate = Rate { bit_rate: 500_000, data_bit_rate: Some(2_000_000) };
    assert_eq!(link.rate, Some(rate));
    assert_eq!(
        typed(&link.arguments("can0", rate, true)),
        "ip link set can0 type can bitrate 500000 dbitrate 2000000 fd on listen-only on"
    );
    assert!(typed(&link.arguments("can0", CLASSICAL, true)).contains(" fd off "));
    let restoring = link.restoring("can0");
    assert_eq!(restoring.len(), 2, "it was down");
    assert_eq!(
        typed(&restoring[1]),
        "ip link set can0 type can bitrate 500000 dbitrate 2000000 fd on listen-only off"
    );
}

#[test]
fn a_controller_with_a_list_of_bit_rates() {
    let serial = VCAN.replace(
        "{\"info_kind\":\"vcan\"}",
        "{\"info_kind\":\"can\",\"info_data\":{\"state\":\"STOPPED\",\"bittiming_bitrate\":RATE,\"bitrate_const\":[10000]}}",
    );
    let link = |rate: &str| Link::parse(&serial.replace("RATE", rate)).unwrap();
    assert_eq!(link("125000").rate, Some(Rate { bit_rate: 125_000, data_bit_rate: None }));
    assert_eq!(link("0").rate, None);
    assert_eq!(link("0").describe(), "down, no bit rate set");
}

#[test]
fn words_that_are_no_link_are_an_error() {
    assert!(Link::parse("").is_err() && Link::parse("[]").is_err() && Link::parse("{}").is_err());
}
