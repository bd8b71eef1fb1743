//! Asks once for the speed, or with `watch` shows it for as long as it runs.
//!
//! Build:
//!     cargo build --package interfaces --example speed
//! Run:
//!     cargo run --package interfaces --example speed
//!     cargo run --package interfaces --example speed -- watch
//!     cargo run --package interfaces --example speed -- watch system

use std::process::ExitCode;

use futures_util::StreamExt;
use interfaces::Speed1Proxy;
use zbus::Connection;

#[tokio::main(flavor = "current_thread")]
async fn main() -> zbus::Result<ExitCode> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let has = |word: &str| arguments.iter().any(|argument| argument == word);
    let bus = if has("system") { Connection::system().await? } else { Connection::session().await? };
    let service = Speed1Proxy::new(&bus).await?;
    if has("watch") {
        watch(&service).await?;
    }
    let text = ask(&service).await;
    println!("{text}");
    Ok(if text.starts_with("no speed") { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// `SpeedError` has a variant for each reason; here the sentence is enough.
async fn ask(service: &Speed1Proxy<'_>) -> String {
    match service.get_speed().await {
        Ok(kmh) => format!("{kmh} km/h"),
        Err(error) => format!("no speed: {error}"),
    }
}

/// Runs until the bus ends.
async fn watch(service: &Speed1Proxy<'_>) -> zbus::Result<()> {
    // Listen first and ask then, or a change between the two is missed.
    let mut changed = service.receive_integer_speed_changed().await?;
    let mut lost = service.receive_speed_lost().await?;
    let mut owner = service.inner().receive_owner_changed().await?;
    let mut shown = ask(service).await;
    println!("{shown}");
    loop {
        let text = tokio::select! {
            Some(signal) = changed.next() => format!("{} km/h", signal.args()?.speed()),
            Some(signal) = lost.next() => format!("no speed: {}", signal.args()?.state()),
            Some(owner) = owner.next() => match owner {
                Some(_) => ask(service).await,
                None => "no speed: the speed service has gone".to_owned(),
            },
            else => return Ok(()),
        };
        if text != shown {
            println!("{text}");
            shown = text;
        }
    }
}
