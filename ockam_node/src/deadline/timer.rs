//! An alarm that is set once for many waits.
//!
//! To arm one, or only to look at a clock, takes a good part of the time of an ask. Most are answered
//! long before their deadline. So the alarm is first set to a [part](PARTS) of the time, and waits that
//! begin before it goes off let it stand: their time counts from then. To see that it is set for this
//! task takes no lock, and nothing needs to be given back.
//!
//! ```text
//!  Sleep ── goes off ──▶ Bell ── rings ──▶ the task, whose deadlines see that it has rung
//!                         ▲
//!                         └── is it hung for this task? ── Deadline, when a wait begins
//! ```

use std::pin::Pin;
use std::ptr;
use std::sync::atomic::{AtomicPtr, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::task::{Context, RawWakerVTable, Wake, Waker};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep_until};

/// By such a part of its time a deadline may end late.
const PARTS: u32 = 64;

/// For no longer is the alarm set: meanwhile other tasks have to do without it.
const LONGEST: Duration = Duration::from_secs(1);

/// The alarm that the deadlines of one owner share. There is none before the first wait.
pub(crate) struct Timer(OnceLock<Box<Alarm>>);

struct Alarm {
    bell: Arc<Bell>,
    sleep: Mutex<Pin<Box<Sleep>>>,
}

/// What the alarm does when it goes off.
#[derive(Default)]
struct Bell {
    /// The task that it wakes, if it is set.
    task: Mutex<Option<Waker>>,
    /// The two parts of that waker, for those who only look. As long as they stand here it lives, so no
    /// other one has them.
    data: AtomicPtr<()>,
    vtable: AtomicPtr<RawWakerVTable>,
    /// The time limit that it is set for, in nanoseconds.
    timeout: AtomicU64,
    /// How often it has rung.
    rings: AtomicUsize,
}

impl Timer {
    pub(crate) const fn new() -> Self {
        Self(OnceLock::new())
    }

    /// Tells how often the alarm has rung, if it is set to wake this task in good time for a limit. It is
    /// as long as the number stays the same.
    #[inline]
    pub(crate) fn is_set(&self, timeout: Duration, task: &Waker) -> Option<usize> {
        self.0.get()?.bell.is_hung(nanos(timeout), task)
    }

    /// Sets the alarm to wake this task, unless it is to wake another one. Returns what
    /// [`is_set`](Self::is_set) does from now on. It is called within the runtime.
    pub(crate) fn set(&self, now: Instant, timeout: Duration, task: &Waker) -> Option<usize> {
        let end = now + LONGEST.min(timeout / PARTS);
        let alarm = self.0.get_or_init(|| Box::new(Alarm::new(end)));
        let mut sleep = alarm.sleep.try_lock().ok()?;
        let rings = alarm.bell.hang(nanos(timeout), task)?;
        sleep.as_mut().reset(end);
        let bell = Waker::from(alarm.bell.clone());
        let polled = sleep.as_mut().poll(&mut Context::from_waker(&bell));
        drop(sleep);
        if polled.is_ready() {
            bell.wake();
        }
        Some(rings)
    }
}

impl Alarm {
    fn new(end: Instant) -> Self {
        Self {
            bell: Arc::default(),
            sleep: Mutex::new(Box::pin(sleep_until(end))),
        }
    }
}

impl Bell {
    #[inline]
    fn is_hung(&self, timeout: u64, task: &Waker) -> Option<usize> {
        // Read before: it is written behind what the others tell.
        let rings = self.rings.load(Ordering::Acquire);
        let is_hung = ptr::eq(self.vtable.load(Ordering::Acquire), task.vtable())
            && ptr::eq(self.data.load(Ordering::Relaxed), task.data())
            && self.timeout.load(Ordering::Relaxed) <= timeout;
        is_hung.then_some(rings)
    }

    fn hang(&self, timeout: u64, task: &Waker) -> Option<usize> {
        // A waker is a user's code: it is cloned before the lock and dropped behind it.
        let clone = task.clone();
        let mut noted = self.lock();
        if noted.as_ref().is_some_and(|noted| !noted.will_wake(task)) {
            return None;
        }
        let before = noted.replace(clone);
        self.timeout.store(timeout, Ordering::Relaxed);
        self.data.store(task.data().cast_mut(), Ordering::Relaxed);
        let vtable = ptr::from_ref(task.vtable()).cast_mut();
        self.vtable.store(vtable, Ordering::Release);
        let rings = self.rings.load(Ordering::Relaxed);
        drop(noted);
        drop(before);
        Some(rings)
    }

    fn lock(&self) -> MutexGuard<'_, Option<Waker>> {
        self.task.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        let mut noted = self.lock();
        let task = noted.take();
        self.vtable.store(ptr::null_mut(), Ordering::Relaxed);
        self.rings.fetch_add(1, Ordering::Release);
        drop(noted);
        task.into_iter().for_each(Waker::wake);
    }
}

/// A timeout beyond what fits counts as one that does.
#[inline]
fn nanos(timeout: Duration) -> u64 {
    u64::try_from(timeout.as_nanos()).unwrap_or(u64::MAX)
}
