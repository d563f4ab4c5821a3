//! How much of the thread's stack nested values take.
//!
//! The number of nested values says little about the stack: a level of one type takes a hundred bytes, a
//! level of another takes a hundred kilobytes. What is left of a stack can't be told without `unsafe` or a
//! build of assembly, but what has been used since some call can: by the addresses of locals.

use std::hint::black_box;

/// The largest number of bytes of the stack that reading or writing one value takes before it is refused.
///
/// This is a quarter of what a thread of a node has, because what the innermost value takes comes on top.
pub const MAX_STACK_BYTES: usize = 512 * 1024;

/// The place on the stack where something recursive began.
#[derive(Clone, Copy)]
pub(crate) struct StackStart(usize);

impl StackStart {
    pub(crate) fn here() -> Self {
        Self(address_on_stack())
    }

    /// Returns whether this call is more than [`MAX_STACK_BYTES`] away from the start.
    pub(crate) fn is_far(self) -> bool {
        self.0.abs_diff(address_on_stack()) > MAX_STACK_BYTES
    }
}

#[inline(never)]
fn address_on_stack() -> usize {
    let local = 0_u8;
    std::ptr::from_ref(black_box(&local)).addr()
}
