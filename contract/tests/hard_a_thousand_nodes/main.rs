//! A thousand nodes are started and stopped in one process (clause 9). They leak no tasks, threads or
//! memory.

mod life;
mod within;

#[cfg(target_os = "linux")]
mod on_their_own;

use std::sync::Mutex;

#[global_allocator]
static ALLOCATOR: dhat::Alloc = dhat::Alloc;

/// Memory and threads belong to the whole process, so only one test runs at a time.
static ALONE: Mutex<()> = Mutex::new(());

/// The memory that caches may keep, in bytes. It is less than one leaked pointer for each of a thousand
/// nodes.
const SLACK_BYTES: usize = 4_096;

/// Returns the number of bytes in use.
fn bytes() -> usize {
    dhat::HeapStats::get().curr_bytes
}
