//! Panics of a user's code, which must end nobody else.

use std::any::Any;
use std::fmt;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::task::Waker;

/// What a panic was raised with.
///
/// It is a value of the user, so its `Drop` may panic, too. That is caught when this is dropped.
pub struct Panic(Box<dyn Any + Send>);

impl Panic {
    /// Takes over what was caught elsewhere.
    pub fn new(payload: Box<dyn Any + Send>) -> Self {
        Self(payload)
    }

    /// Returns the text that the panic was raised with.
    pub fn message(&self) -> &str {
        let literal = self.0.downcast_ref::<&str>().copied();
        let text = literal.or_else(|| self.0.downcast_ref::<String>().map(String::as_str));
        text.unwrap_or("(not with a text)")
    }

    /// Lets the panic go on.
    pub fn resume(mut self) -> ! {
        resume_unwind(self.take())
    }

    fn take(&mut self) -> Box<dyn Any + Send> {
        mem::replace(&mut self.0, Box::new(()))
    }
}

impl Drop for Panic {
    fn drop(&mut self) {
        let payload = self.take();
        if let Err(another) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
            // Its `Drop` may panic again, and so on without end.
            mem::forget(another);
        }
    }
}

impl fmt::Debug for Panic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Panic").field(&self.message()).finish()
    }
}

/// Calls a user's code and catches its panic.
///
/// # Errors
///
/// The panic.
pub fn catch<T>(call: impl FnOnce() -> T) -> Result<T, Panic> {
    catch_unwind(AssertUnwindSafe(call)).map_err(Panic)
}

/// Wakes a task. A waker may be a user's code: a panic in it ends neither who calls it, nor keeps others
/// from being woken.
pub fn wake(task: Waker) {
    // The panic was reported when it was raised.
    let _ = catch(|| task.wake());
}
