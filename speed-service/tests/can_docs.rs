//! What the documentation has a reader type, typed: its words are run as they stand.

mod common;
mod fault;

use std::path::{Path, PathBuf};
use std::time::Instant;

use common::PATIENCE;
use fault::can::{Interface, run};
use fault::scene::Scene;

/// One line of a block of commands.
struct Line {
    file: PathBuf,
    command: String,
    comment: String,
}

#[tokio::test]
#[ignore = "needs a kernel with vcan: deploy/test can"]
async fn frames_sent_by_hand_give_the_speed_that_the_text_promises() {
    let blocks = blocks_with("cangen ");
    assert!(!blocks.is_empty(), "no documentation has frames to send");
    for block in blocks {
        let of =
            |start: &str| block.iter().filter(|line| line.command.starts_with(start)).collect::<Vec<_>>();
        let file = block.first().map(|line| line.file.display().to_string()).unwrap_or_default();
        for line in of("ip ") {
            run("sh", &["-c", &line.command]);
        }
        let [service] = &of("speed-service ")[..] else {
            panic!("{file}: which service reads these frames?")
        };
        let arguments: Vec<_> = service.command.trim_end_matches(" &").split(' ').skip(1).collect();
        let _interface = Interface::of(arguments.last().expect("the interface comes last"));
        let mut scene = Scene::reading(&arguments).await;
        // Until it has opened the interface.
        let began = Instant::now();
        while !scene.diagnostics.configuration().await.expect("a map").contains_key("receive_buffer_bytes") {
            assert!(began.elapsed() < PATIENCE, "{file}: {:?} does not open", arguments);
        }
        for line in of("cangen ") {
            run("sh", &["-c", &line.command]);
            let promised = line.comment.split(" km/h").next().and_then(|kmh| kmh.parse::<i32>().ok());
            let promised = promised.unwrap_or_else(|| panic!("{file}: {} promises no speed", line.command));
            let heard = scene.listener.speed().await;
            println!("{file}: {}: {heard:?}", line.command);
            assert_eq!(heard, common::listener::Heard::Changed(promised), "{}", line.command);
            // "and 200 ms later, as no other frame comes, stale"
            assert_eq!(scene.listener.speed().await, common::listener::Heard::Lost("stale".to_owned()));
        }
    }
}

/// Every fenced block of README.md and docs/*.md in which a line starts with this.
fn blocks_with(start: &str) -> Vec<Vec<Line>> {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut files = vec![top.join("README.md")];
    let docs = std::fs::read_dir(top.join("docs")).expect("the documentation");
    files.extend(
        docs.flatten().map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|e| e == "md")),
    );
    let mut blocks = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(&file).expect("text");
        for block in text.split("\n```").skip(1).step_by(2) {
            let lines: Vec<_> = block.lines().skip(1).map(|line| read(&file, line)).collect();
            if lines.iter().any(|line| line.command.starts_with(start)) {
                blocks.push(lines);
            }
        }
    }
    blocks
}

fn read(file: &Path, line: &str) -> Line {
    let (command, comment) = line.split_once('#').map_or((line, ""), |(command, comment)| {
        // A frame has a # of its own; a comment is set off by spaces.
        match line.split_once("  #") {
            Some((command, comment)) => (command, comment),
            None if comment.starts_with(' ') => (command, comment),
            None => (line, ""),
        }
    });
    // The test is root.
    let command = command.trim();
    let command = command.strip_prefix("sudo ").unwrap_or(command);
    Line { file: file.to_owned(), command: command.to_owned(), comment: comment.trim().to_owned() }
}
