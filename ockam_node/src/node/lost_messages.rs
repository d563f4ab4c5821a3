use std::fmt::Write;

use ockam_core::{Address, Error};

use crate::log::{self, Trouble};

/// Logs the failures of a worker's messages that the worker did not handle itself.
///
/// A lost connection may lose thousands of messages. Equal failures that follow each other become one
/// line, which is written when a different failure comes, or when this is dropped.
pub(crate) struct LostMessages {
    address: Address,
    /// The text of the last failures, and their number.
    alike: String,
    count: u64,
    /// A buffer for the text of the next failure.
    next: String,
}

impl LostMessages {
    /// Creates the log of the worker at an address.
    pub(crate) fn new(address: &Address) -> Self {
        Self {
            address: address.clone(),
            alike: String::new(),
            count: 0,
            next: String::new(),
        }
    }

    /// Adds a failure.
    pub(crate) fn add(&mut self, failure: &Error) {
        self.next.clear();
        // Writing to a `String` fails only if the `Display` of a cause fails.
        let _ = write!(self.next, "{failure:#}");
        if self.next != self.alike {
            self.write();
            std::mem::swap(&mut self.alike, &mut self.next);
        }
        self.count += 1;
    }

    fn write(&mut self) {
        let why = &self.alike;
        match std::mem::take(&mut self.count) {
            0 => {}
            1 => {
                let why = format_args!("a message was not delivered: {why}");
                log::warn(&self.address, why);
                log::untold(Trouble::Unhandled, &self.address, why);
            }
            many => {
                let why = format_args!("{many} messages were not delivered: {why}");
                log::warn(&self.address, why);
                log::untold(Trouble::Unhandled, &self.address, why);
            }
        }
    }
}

impl Drop for LostMessages {
    fn drop(&mut self) {
        self.write();
    }
}
