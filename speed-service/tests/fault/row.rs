//! One row of the table of faults, `docs/can-faults.md`.

use std::path::Path;

/// What was measured. Each test leaves its row in the folder `CARDASH_FAULT_ROWS`, as JSON.
#[derive(Debug, Default, serde::Serialize)]
pub struct Row {
    /// Place in the table.
    pub order: u32,
    pub fault: &'static str,
    /// From before its cause was begun until a client had heard; `None` where there is nothing to notice.
    pub noticed_ms: Option<f64>,
    /// From before the cause was begun to be taken away until a client had heard a speed.
    pub recovered_ms: Option<f64>,
    /// What the test allows for each.
    pub noticed_within_ms: Option<u64>,
    pub recovered_within_ms: Option<u64>,
    /// What a client sees.
    pub client: String,
    /// What `deploy/can-kernel` ran it on.
    pub kernel: String,
    /// How busy the service was meanwhile.
    pub cpu_percent: f64,
}

impl Row {
    pub fn write(&mut self) {
        self.kernel = std::env::var("CARDASH_CAN_KERNEL").unwrap_or_else(|_| "running".to_owned());
        let json = serde_json::to_string(self).expect("plain values");
        println!("{json}");
        if let Some(folder) = std::env::var_os("CARDASH_FAULT_ROWS") {
            let path = Path::new(&folder).join(format!("{:03}.json", self.order));
            assert!(!path.exists(), "two rows have the place {}", self.order);
            std::fs::write(path, json).expect("CARDASH_FAULT_ROWS is a folder to write to");
        }
    }
}
