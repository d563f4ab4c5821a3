use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks, also after a panic: no state is left half changed under a lock of this crate.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
