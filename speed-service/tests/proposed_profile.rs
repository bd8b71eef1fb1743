//! What `can-reader profile` writes passes `speed-service --check`, whatever names, units and ranges the DBC has.
#![allow(clippy::unwrap_used, reason = "a test")]

use std::process::Command;

use can_reader::dbc::Database;
use can_reader::profile::{Request, Saved, propose, save};

/// Of each kind something that a proposal has to settle: no unit, turns of wheels, odd units, wrong ranges, flags, counters in
/// pieces, messages of CAN FD, no wheels at all.
const DBCS: [&str; 5] = [
    "BO_ 1 WHEEL_SPEEDS: 8 X\n SG_ FL : 0|13@1+ (0.06,0) [0|1] \"\" X\n SG_ FR : 13|13@1+ (0.06,0) [0|15] \"\" X\n \
     SG_ RL : 26|13@1+ (0.06,0) [0|0] \"\" X\n SG_ RR : 39|13@1+ (0.06,0) [5|9] \"\" X\n SG_ COUNTER : 60|4@1+ (1,0) [0|15] \"\" X\n",
    "BO_ 2 Wheel: 8 X\n SG_ WhlRpmFL : 7|16@0+ (0.5,0) [0|0] \"rpm\" X\n SG_ WhlRpmFR : 23|16@0+ (0.5,0) [0|0] \"rpm\" X\n",
    "BO_ 2147483651 W: 32 X\n SG_ VL_Radgeschw : 64|16@1+ (0.0075,0) [0|491] \"Unit_KilometerPerHour\" X\n \
     SG_ HR_Radgeschw : 80|16@1+ (0.0075,0) [0|491] \"Unit_KilometerPerHour\" X\n SG_ VL_Rad_gueltig : 96|1@1+ (1,0) [0|1] \"\" X\n",
    "BO_ 4 WHL: 8 X\n SG_ WheelSpeedFL : 7|14@0+ (0.01,0) [0|70] \"yd/s\" X\n SG_ WheelSpeedRR : 23|14@0+ (0.01,0) [0|70] \"yd/s\" X\n \
     SG_ AliveCounter_LSB : 8|2@1+ (1,0) [0|0] \"\" X\n SG_ AliveCounter_MSB : 24|2@1+ (1,0) [0|0] \"\" X\n",
    "BO_ 5 ENGINE_DATA: 8 X\n SG_ VEHICLE_SPEED : 7|16@0- (0.01,-100) [0|10] \"mph\" X\n SG_ SPEED_CLUSTER : 23|8@0+ (1,0) [0|0] \"km/h or mph\" X\n",
];

#[test]
fn what_is_proposed_passes_the_check_of_the_service() {
    let folder = tempfile::tempdir().unwrap();
    for (n, text) in DBCS.into_iter().enumerate() {
        let database = Database::parse(&format!("car{n}.dbc"), text.as_bytes()).unwrap();
        let files = Saved::of(&folder.path().join(format!("mine{n}"))).unwrap();
        let proposal = propose(Request { database: &database, name: &files.name(), drive: None }).unwrap();
        save(&files, &proposal.toml, &proposal.dbc).unwrap();
        let output = Command::new(env!("CARGO_BIN_EXE_speed-service"))
            .arg("--vehicle")
            .arg(&files.profile)
            // Whatever the machine is configured with.
            .args(["--config", "/dev/null", "--can", "can0", "--check"])
            .output()
            .unwrap();
        let err = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{err}\n{}", proposal.toml);
        assert!(!err.contains("WARN"), "{err}");
    }
}
