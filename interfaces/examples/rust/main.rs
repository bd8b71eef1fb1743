//! Asks once for the speed, or with `watch` shows it for as long as it runs.
//!
//! Build:
//!     cargo build --example speed
//! Run:
//!     cargo run --example speed
//!     cargo run --example speed -- watch
//!     cargo run --example speed -- watch system

use std::pin::pin;
use std::process::ExitCode;

use interfaces::{Speed1Proxy, SpeedChanged, SpeedError, SpeedLost, connection};
use ordered_stream::{OrderedStreamExt, join};

#[tokio::main(flavor = "current_thread")]
async fn main() -> zbus::Result<ExitCode> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let has = |word: &str| arguments.iter().any(|argument| argument == word);
    let bus = if has("system") { connection::system().await? } else { connection::session().await? };
    let service = Speed1Proxy::new(&bus).await?;
    if has("watch") {
        watch(&service).await?;
    }
    let text = ask(&service).await;
    println!("{text}");
    Ok(if text.ends_with(" km/h") { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn ask(service: &Speed1Proxy<'_>) -> String {
    match service.get_speed().await {
        Ok(kmh) => format!("{kmh} km/h"),
        // `error.state()` and a `match` tell the reasons apart; here the sentence is enough.
        Err(SpeedError::ZBus(error)) => error.to_string(),
        Err(error) => error.to_string(),
    }
}

/// Runs until the bus ends.
async fn watch(service: &Speed1Proxy<'_>) -> zbus::Result<()> {
    // Listen first and ask then, or a change between the two is missed.
    let changed = service.receive_integer_speed_changed().await?.map(News::Changed);
    let lost = service.receive_speed_lost().await?.map(News::Lost);
    let owner = service.inner().receive_owner_changed().await?.map(|owner| News::Owner(owner.is_some()));
    // Joined in the order of the bus: with `select!` a loss could overtake the number before it.
    let mut news = pin!(join(join(changed, lost), owner));
    let mut shown = ask(service).await;
    println!("{shown}");
    while let Some(news) = news.next().await {
        let text = match news {
            News::Changed(signal) => format!("{} km/h", signal.args()?.speed()),
            News::Lost(signal) => format!("no speed: {}", signal.args()?.state()),
            News::Owner(true) => ask(service).await,
            News::Owner(false) => "no speed: the speed service has gone".to_owned(),
        };
        if text != shown {
            println!("{text}");
            shown = text;
        }
    }
    Ok(())
}

enum News {
    Changed(SpeedChanged),
    Lost(SpeedLost),
    Owner(bool),
}
