use std::hint::black_box;

/// More bytes than what is called with keys takes of the stack.
const STACK_BYTES: usize = 16 * 1024;

/// Calls a function whose locals, and those of what it calls, are secret, and overwrites them afterwards. Return what
/// is secret in an allocation: what is returned by value is copied.
///
/// Libraries make keys on the stack before they are where they stay, and leave them there. `scripts/core-image` finds
/// those.
pub(super) fn with_secret_locals<T>(function: impl FnOnce() -> T) -> T {
    let returned = call(function);
    overwrite();
    returned
}

/// Has a frame of its own, which begins where that of [`overwrite`] does.
#[inline(never)]
fn call<T>(function: impl FnOnce() -> T) -> T {
    black_box(function())
}

#[inline(never)]
fn overwrite() {
    // Otherwise, nothing would be written that nobody reads.
    black_box(&mut [0_u8; STACK_BYTES]);
}
