use std::fmt::Write;

use ockam_core::{Address, Error};

use crate::log;

/// Logs the messages that a worker sent, that were not delivered, and whose failure it did not handle.
///
/// A connection that is lost may lose thousands of messages. Failures that are alike and follow each other
/// are one line, which is written when another failure comes, or when this is dropped.
pub(crate) struct LostMessages {
    address: Address,
    /// What the last failures say, and how many they are.
    alike: String,
    count: u64,
    /// A buffer for what the next one says.
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
        // Writing to a `String` fails only if the `Display` of a cause does.
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
            }
            many => {
                let why = format_args!("{many} messages were not delivered: {why}");
                log::warn(&self.address, why);
            }
        }
    }
}

impl Drop for LostMessages {
    fn drop(&mut self) {
        self.write();
    }
}
