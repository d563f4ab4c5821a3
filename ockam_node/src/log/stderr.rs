//! Writes to stderr, by a thread of its own. A write blocks if nobody reads the other end of stderr, and
//! what serves messages must not wait for that.
//!
//! ```text
//!  any thread ── push ──▶ queue, at most 64 KiB ── the thread ──▶ stderr
//!                   └ full: counted, and the count is written when there is room
//! ```

use std::mem;
use std::sync::{Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use ockam_core::panics::catch;

/// The bytes that wait to be written.
const MAX_QUEUED_BYTES: usize = 64 * 1024;

struct Queue {
    state: Mutex<State>,
    /// Notified when there is something to write, and when all is written.
    changed: Condvar,
}

#[derive(Default)]
struct State {
    text: String,
    /// The number of lines that found no room.
    left_out: u64,
    /// The thread writes what it has taken.
    is_writing: bool,
}

static QUEUE: Queue = Queue {
    state: Mutex::new(State {
        text: String::new(),
        left_out: 0,
        is_writing: false,
    }),
    changed: Condvar::new(),
};

/// Queues a line, or counts it if there is no room.
pub(super) fn push(line: &str) {
    if !has_thread() {
        return;
    }
    let mut state = QUEUE.lock();
    if state.text.len() + line.len() < MAX_QUEUED_BYTES {
        state.text.push_str(line);
        state.text.push('\n');
    } else {
        state.left_out += 1;
    }
    drop(state);
    QUEUE.changed.notify_all();
}

/// Waits until all lines are written, or the time is over.
pub(crate) fn flush(within: Duration) {
    let end = Instant::now() + within;
    let mut state = QUEUE.lock();
    while !state.is_done() {
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return;
        }
        let waited = QUEUE.changed.wait_timeout(state, left);
        state = waited.unwrap_or_else(PoisonError::into_inner).0;
    }
}

/// Starts the thread with the first line. Returns `false` if the operating system provides none.
fn has_thread() -> bool {
    static STARTED: OnceLock<bool> = OnceLock::new();
    *STARTED.get_or_init(|| {
        let thread = thread::Builder::new().name("ockam log".to_owned());
        thread.spawn(|| QUEUE.run()).is_ok()
    })
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes for as long as the process lives.
    fn run(&self) {
        let mut state = self.lock();
        loop {
            while state.text.is_empty() && state.left_out == 0 {
                let waited = self.changed.wait(state);
                state = waited.unwrap_or_else(PoisonError::into_inner);
            }
            let text = mem::take(&mut state.text);
            let left_out = mem::take(&mut state.left_out);
            state.is_writing = true;
            drop(state);
            write(&text, left_out);
            state = self.lock();
            state.is_writing = false;
            self.changed.notify_all();
        }
    }
}

impl State {
    fn is_done(&self) -> bool {
        self.text.is_empty() && self.left_out == 0 && !self.is_writing
    }
}

fn write(text: &str, left_out: u64) {
    // Tests capture the output of `eprint!`. It panics if stderr is closed.
    let _ = catch(|| {
        eprint!("{text}");
        if left_out > 0 {
            eprintln!(
                "warning: {left_out} lines were left out, because nobody read stderr in time"
            );
        }
    });
}
