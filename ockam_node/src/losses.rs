use std::fmt::Write;

use ockam_core::{Address, Error};

use crate::log;

/// Writes to the log what a worker has not made its own of the messages that it sent and that were not
/// delivered.
///
/// A connection that is lost may take thousands of messages along. Those that follow each other and are
/// alike are one line, which is written when another one comes, or when this is dropped.
pub(crate) struct Losses {
    address: Address,
    /// What the last ones say, and how many they are.
    alike: String,
    count: u64,
    /// For what the next one says.
    next: String,
}

impl Losses {
    /// Begins with the losses of the worker at an address.
    pub(crate) fn new(address: &Address) -> Self {
        Self {
            address: address.clone(),
            alike: String::new(),
            count: 0,
            next: String::new(),
        }
    }

    /// Adds one.
    pub(crate) fn add(&mut self, failure: &Error) {
        self.next.clear();
        // Nothing fails that is written to a string, but for what a cause says of itself.
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

impl Drop for Losses {
    fn drop(&mut self) {
        self.write();
    }
}
