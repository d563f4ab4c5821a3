//! Counts allocations while it is told to.
//!
//! Each thread counts on a cache line of its own, and outside of the two workloads that ask for the
//! count nothing is counted: no framework pays for allocating while it is timed.
#![allow(unsafe_code)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, AtomicUsize, Ordering};

/// More threads than a benchmark has. Those beyond share the last line.
const LINES: usize = 64;

static COUNTING: AtomicBool = AtomicBool::new(false);
static THREADS: AtomicUsize = AtomicUsize::new(0);
static LINE: [Line; LINES] = [const { Line::new() }; LINES];

thread_local! {
    static OWN: Cell<usize> = const { Cell::new(usize::MAX) };
}

/// The allocator of the system, with a count.
#[derive(Debug)]
pub struct Counting;

#[repr(align(64))]
struct Line {
    allocations: AtomicU64,
    bytes: AtomicI64,
}

/// What has been allocated since the count began.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Allocations {
    /// How many times memory was asked for.
    pub count: u64,
    /// How many bytes were asked for and not given back.
    pub live_bytes: i64,
}

impl Allocations {
    /// Begins to count, at 0.
    pub fn count_from_here() {
        for line in &LINE {
            line.allocations.store(0, Ordering::Relaxed);
            line.bytes.store(0, Ordering::Relaxed);
        }
        COUNTING.store(true, Ordering::SeqCst);
    }

    /// Returns what has been counted. The count goes on.
    pub fn so_far() -> Self {
        let mut total = Self::default();
        for line in &LINE {
            total.count += line.allocations.load(Ordering::Relaxed);
            total.live_bytes += line.bytes.load(Ordering::Relaxed);
        }
        total
    }

    /// Ends the count and returns it.
    pub fn counted() -> Self {
        COUNTING.store(false, Ordering::SeqCst);
        Self::so_far()
    }
}

impl Line {
    const fn new() -> Self {
        Self {
            allocations: AtomicU64::new(0),
            bytes: AtomicI64::new(0),
        }
    }

    /// The line of this thread. While a thread ends, its number may be gone: it takes the last line.
    fn own() -> &'static Self {
        let number = OWN.try_with(|own| {
            if own.get() == usize::MAX {
                own.set(THREADS.fetch_add(1, Ordering::Relaxed));
            }
            own.get()
        });
        &LINE[number.unwrap_or(LINES).min(LINES - 1)]
    }

    fn note(&self, allocations: u64, bytes: i64) {
        self.allocations.fetch_add(allocations, Ordering::Relaxed);
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
    }
}

// SAFETY: each method passes its arguments on to `System` unchanged and returns what it returns, so
// the contract between caller and `System` is the one that `GlobalAlloc` asks for. The count neither
// allocates (its thread-local is const-initialised and has no destructor) nor unwinds.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if COUNTING.load(Ordering::Relaxed) {
            Line::own().note(1, layout.size() as i64);
        }
        // SAFETY: the caller keeps the contract of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        if COUNTING.load(Ordering::Relaxed) {
            Line::own().note(1, layout.size() as i64);
        }
        // SAFETY: the caller keeps the contract of `alloc_zeroed`.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if COUNTING.load(Ordering::Relaxed) {
            Line::own().note(1, size as i64 - layout.size() as i64);
        }
        // SAFETY: the caller keeps the contract of `realloc`.
        unsafe { System.realloc(memory, layout, size) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        if COUNTING.load(Ordering::Relaxed) {
            Line::own().note(0, -(layout.size() as i64));
        }
        // SAFETY: the caller keeps the contract of `dealloc`.
        unsafe { System.dealloc(memory, layout) }
    }
}
