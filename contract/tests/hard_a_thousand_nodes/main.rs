//! A thousand nodes come and go in one process (clause 9), and tasks, threads and memory are back
//! where they were.

mod life;
mod within;

#[cfg(target_os = "linux")]
mod on_their_own;

use std::sync::Mutex;

#[global_allocator]
static ALLOCATOR: dhat::Alloc = dhat::Alloc;

/// Memory and threads are those of the whole process: one test at a time looks at them.
static ALONE: Mutex<()> = Mutex::new(());

/// What caches may hold back, in bytes: less than a pointer that each of a thousand nodes leaks.
const SLACK_BYTES: usize = 4_096;

/// Returns how much memory is in use.
fn bytes() -> usize {
    dhat::HeapStats::get().curr_bytes
}
