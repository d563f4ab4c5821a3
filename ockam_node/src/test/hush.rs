use std::cell::Cell;
use std::panic;
use std::sync::Once;

use crate::log;

thread_local! {
    static HUSHED: Cell<bool> = const { Cell::new(false) };
}

/// Keeps the panics of the calling thread off stderr, until it is dropped. They are in the log of the test.
///
/// Most orders that are tried are never printed.
#[must_use = "panics are printed when this is dropped"]
pub(super) struct Hushed(bool);

impl Hushed {
    pub(super) fn begin() -> Self {
        static HOOK: Once = Once::new();
        HOOK.call_once(|| {
            let before = panic::take_hook();
            panic::set_hook(Box::new(move |panic| match HUSHED.try_with(Cell::get) {
                Ok(true) => log::note(|| panic.to_string().replace('\n', " ")),
                _ => before(panic),
            }));
        });
        Self(HUSHED.replace(true))
    }
}

impl Drop for Hushed {
    fn drop(&mut self) {
        HUSHED.set(self.0);
    }
}
