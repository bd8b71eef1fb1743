//! The thread that writes. The run loop hands it the newest record and never waits: a card that hangs holds nobody up but
//! this thread.

use std::collections::VecDeque;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::file::{self, FileError, Lying};
use super::place::forgets;
use super::record::{Count, Record};
use super::slots::{Slots, Unusable};

/// How soon to try again while another service ends, and for how long that goes on.
const SOON: Duration = Duration::from_millis(50);
const SOON_FOR: Duration = Duration::from_secs(3);

/// How soon after that, and where a file cannot be opened.
const LATER: Duration = Duration::from_secs(5);

/// What it has to do.
#[derive(Clone, Debug)]
pub enum Job {
    /// Write this.
    Write(Record),
    /// Begin anew with this, whatever is there.
    Renew(Record),
}

/// What it has done.
#[derive(Debug)]
pub enum News {
    /// The file is open and ours; without a record there is none yet. It may be where nothing outlives a power cut: why.
    Opened { record: Option<Record>, forgets: Option<String> },
    /// It cannot be used; why. Who has it may have left this in it.
    Refused { why: String, cause: Cause, glimpse: Option<Record> },
    /// These counts outlive a power cut.
    Written([Count; 3]),
    /// They do not; why.
    Failed(String),
}

/// What can be done about a file that cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// Another service has it, and may be about to end.
    Locked,
    /// Whoever knows the distance can begin anew.
    Damaged,
    /// Whatever the reason says.
    Other,
}

/// The run loop's end.
#[derive(Debug)]
pub struct Writer {
    desk: Arc<Desk>,
}

#[derive(Debug, Default)]
struct Desk {
    state: Mutex<State>,
    /// There is news, or work.
    turned: Condvar,
    has_news: AtomicBool,
}

#[derive(Debug, Default)]
struct State {
    job: Option<Job>,
    busy: bool,
    /// The first try to open the file is over.
    tried: bool,
    ended: bool,
    news: VecDeque<News>,
}

impl Writer {
    /// Starts the thread, which opens the file.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn start(path: PathBuf) -> io::Result<Self> {
        let desk = Arc::new(Desk::default());
        let theirs = Arc::clone(&desk);
        thread::Builder::new().name("odometer".to_owned()).stack_size(128 << 10).spawn(move || {
            work(&path, &theirs);
        })?;
        Ok(Self { desk })
    }

    /// Hands over what is to be done; takes the place of what has not begun.
    pub fn ask(&self, job: Job) {
        self.desk.lock().job = Some(job);
        self.desk.turned.notify_all();
    }

    /// The next word of the thread, if there is one.
    pub fn news(&self) -> Option<News> {
        if !self.desk.has_news.load(Ordering::Acquire) {
            return None;
        }
        let mut state = self.desk.lock();
        let news = state.news.pop_front();
        self.desk.has_news.store(!state.news.is_empty(), Ordering::Release);
        news
    }

    /// Whether nothing is left to do.
    pub fn is_idle(&self) -> bool {
        let state = self.desk.lock();
        !state.busy && state.job.is_none()
    }

    /// Waits until the file was tried and nothing is left to do, at most for `limit`; whether it came to that.
    pub fn settle(&self, limit: Duration) -> bool {
        let done = |state: &mut State| !state.tried || state.busy || state.job.is_some();
        let waited = self.desk.turned.wait_timeout_while(self.desk.lock(), limit, done);
        !waited.unwrap_or_else(PoisonError::into_inner).1.timed_out()
    }
}

impl Drop for Writer {
    /// The lock of the file goes with the thread, as soon as what it does has ended.
    fn drop(&mut self) {
        self.desk.lock().ended = true;
        self.desk.turned.notify_all();
    }
}

impl Desk {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell(&self, news: News) {
        let mut state = self.lock();
        state.tried = true;
        state.busy = false;
        state.news.push_back(news);
        self.has_news.store(true, Ordering::Release);
        drop(state);
        self.turned.notify_all();
    }

    /// The next job; `None` when there will be none, or after `limit`.
    fn job(&self, limit: Option<Duration>) -> Option<Job> {
        let idle = |state: &mut State| state.job.is_none() && !state.ended;
        let (lock, limit) = (self.lock(), limit.unwrap_or(Duration::MAX));
        let waited = self.turned.wait_timeout_while(lock, limit, idle);
        let mut state = waited.unwrap_or_else(PoisonError::into_inner).0;
        let job = state.job.take();
        state.busy = job.is_some();
        job
    }

    fn has_ended(&self) -> bool {
        let state = self.lock();
        state.ended && state.job.is_none()
    }
}

fn work(path: &Path, desk: &Desk) {
    let (mut slots, mut renewed) = opened(path, desk);
    loop {
        let job = match renewed.take() {
            Some(job) => job,
            None => match desk.job(None) {
                Some(job) => job,
                None => return,
            },
        };
        let (record, written) = match (job, &mut slots) {
            (Job::Write(record), Some(slots)) => {
                let written = slots.write(&record).map_err(FileError::from);
                (record, written)
            }
            (Job::Write(record) | Job::Renew(record), _) => {
                // Its lock is on the file that goes.
                slots = None;
                let created = file::create(path, &record).map(|created| slots = Some(created));
                (record, created)
            }
        };
        desk.tell(match written {
            Ok(()) => News::Written(record.counts),
            Err(error) => News::Failed(error.to_string()),
        });
    }
}

/// The file, when it can be had, or there is none; or the wish to begin anew.
fn opened(path: &Path, desk: &Desk) -> (Option<Slots<Lying>>, Option<Job>) {
    let begun = Instant::now();
    let mut told = String::new();
    while !desk.has_ended() {
        let refused = match file::open(path) {
            Ok(found) => {
                let (slots, record) = found.unzip();
                desk.tell(News::Opened { record, forgets: forgets(path) });
                return (slots, None);
            }
            Err(error) => error,
        };
        let cause = match refused {
            FileError::Locked => Cause::Locked,
            FileError::Unusable(Unusable::Damaged) => Cause::Damaged,
            _ => Cause::Other,
        };
        let locked = cause == Cause::Locked;
        let why = refused.to_string();
        if why != told {
            told.clone_from(&why);
            let glimpse = if locked { file::glimpse(path) } else { None };
            desk.tell(News::Refused { why, cause, glimpse });
        }
        let pause = if locked && begun.elapsed() < SOON_FOR { SOON } else { LATER };
        if let Some(job) = desk.job(Some(pause)) {
            return (None, Some(job));
        }
    }
    (None, None)
}
