//! Starts the cluster, listens to it, and acts.

use std::io::{self, PipeReader, Read};
use std::os::fd::{AsFd, AsRawFd};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, ExitStatus};
use std::time::{Duration, Instant};

use nix::fcntl::{FcntlArg, FdFlag, fcntl};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::mman::{MlockAllFlags, mlockall};

use crate::arguments::Watched;
use crate::backlight;
use crate::beat::{Beat, PIPE};
use crate::frame_buffer::FrameBuffer;
use crate::judge::Judge;
use crate::still::Words;

/// A killed cluster is gone within this, unless it is in a call that the kernel does not break off.
const DIES_WITHIN: Duration = Duration::from_millis(150);
/// Between a hung cluster and the next.
const REST: Duration = Duration::from_millis(250);
/// Between two looks at a cluster that ends.
const LOOK: Duration = Duration::from_millis(1);

const FAILED: u8 = 1;
/// As a shell says that a signal ended a program, and which.
const BY_SIGNAL: i32 = 128;

/// Watches until the cluster ends by itself; the exit status of the program.
#[must_use]
pub fn run(arguments: &Watched) -> u8 {
    let watch = Watch {
        arguments,
        frame_buffer: arguments
            .frame_buffer
            .as_ref()
            .map(|device| FrameBuffer::new(device, &arguments.graphics, arguments.rotation)),
    };
    loop {
        match watch.watch_one() {
            Ok(Some(status)) => return status,
            Ok(None) => std::thread::sleep(REST),
            Err(error) => {
                eprintln!("screen-watch: {}: {error}", arguments.program.display());
                return FAILED;
            }
        }
    }
}

struct Watch<'a> {
    arguments: &'a Watched,
    frame_buffer: Option<FrameBuffer>,
}

impl Watch<'_> {
    /// One life of the cluster: its exit status, or `None` if it had to be killed.
    fn watch_one(&self) -> io::Result<Option<u8>> {
        let (mut cluster, mut pipe) = self.start()?;
        // After the start, which must not wait for it. Pages that are not needed for hours would be the first to go when
        // memory is short, and to read them back takes longer than there is. What the limit does not allow is done without.
        let _ = mlockall(MlockAllFlags::MCL_CURRENT | MlockAllFlags::MCL_FUTURE);
        let mut judge = Judge::new(Instant::now());
        let mut heard = Instant::now();
        let mut ends = false;
        loop {
            let wait = judge.deadline().saturating_duration_since(Instant::now());
            match listen(&mut pipe, wait)? {
                Heard::Beat(beat) => {
                    heard = Instant::now();
                    ends = beat == Beat::Ending;
                    judge.heard(beat, heard);
                }
                Heard::End => {
                    let status = cluster.wait()?;
                    self.show_still("the cluster has ended");
                    return Ok(Some(code(status)));
                }
                Heard::Nothing if judge.hangs(Instant::now()) => {
                    self.end(&mut cluster, heard)?;
                    // Somebody wanted its end, which took too long.
                    return Ok(ends.then_some(0));
                }
                Heard::Nothing => {}
            }
        }
    }

    fn start(&self) -> io::Result<(Child, PipeReader)> {
        let (reader, writer) = io::pipe()?;
        // For the cluster, which takes it over by its number.
        fcntl(&writer, FcntlArg::F_SETFD(FdFlag::empty()))?;
        let cluster = Command::new(&self.arguments.program)
            .args(&self.arguments.program_arguments)
            .env(PIPE, writer.as_raw_fd().to_string())
            .spawn()?;
        // Ours is closed here: the pipe then ends with the cluster.
        Ok((cluster, reader))
    }

    /// Kills a cluster that hangs, and sees to it that its number is gone.
    fn end(&self, cluster: &mut Child, heard: Instant) -> io::Result<()> {
        let begun = Instant::now();
        let silent_ms = begun.duration_since(heard).as_millis();
        cluster.kill()?;
        // Where the cluster draws on the frame buffer itself, this is all. On KMS the kernel has to take the screen back.
        self.show_still("the cluster hangs");
        let mut gone = false;
        while !gone && begun.elapsed() < DIES_WITHIN {
            gone = cluster.try_wait()?.is_some();
            if !gone {
                std::thread::sleep(LOOK);
            }
        }
        if gone {
            self.show_still("the cluster hangs");
        } else {
            let dark = self.arguments.backlight.as_deref().map_or(0, backlight::switch_off);
            eprintln!(
                "screen-watch: the cluster is not gone {} ms after SIGKILL; backlights switched off: {dark}",
                DIES_WITHIN.as_millis()
            );
        }
        // For the journal, and last: writing it must not delay the picture.
        eprintln!(
            "screen-watch: the cluster did not turn for {silent_ms} ms; {} ms after its last sign its picture was off the screen",
            heard.elapsed().as_millis()
        );
        cluster.wait()?;
        self.show_still("the cluster hangs");
        Ok(())
    }

    fn show_still(&self, why: &str) {
        let Some(frame_buffer) = &self.frame_buffer else { return };
        if let Err(error) = frame_buffer.show(Words::Stopped) {
            eprintln!("screen-watch: {why}, and there is no still picture: {error}");
        }
    }
}

enum Heard {
    Beat(Beat),
    Nothing,
    /// Nobody has the other end any more.
    End,
}

/// Waits for the newest beat, at most for this long.
fn listen(pipe: &mut PipeReader, wait: Duration) -> io::Result<Heard> {
    // To the next millisecond: rounded down, the last of them would be spent in a loop.
    let wait = PollTimeout::try_from(wait + Duration::from_millis(1)).unwrap_or(PollTimeout::MAX);
    let mut sources = [PollFd::new(pipe.as_fd(), PollFlags::POLLIN)];
    match poll(&mut sources, wait) {
        Ok(0) | Err(nix::errno::Errno::EINTR) => return Ok(Heard::Nothing),
        Ok(_) => {}
        Err(error) => return Err(error.into()),
    }
    let mut said = [0; 64];
    Ok(match pipe.read(&mut said)? {
        0 => Heard::End,
        count => {
            said[..count].iter().rev().find_map(|byte| Beat::of(*byte)).map_or(Heard::Nothing, Heard::Beat)
        }
    })
}

fn code(status: ExitStatus) -> u8 {
    let code = status.code().or_else(|| status.signal().map(|signal| BY_SIGNAL + signal));
    code.and_then(|code| u8::try_from(code).ok()).unwrap_or(FAILED)
}
