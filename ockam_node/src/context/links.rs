//! Workers that end together. Each of the two watches the other one.

use std::sync::{Arc, Weak};

use ockam_core::{Address, DownReason};

use crate::delivery::{AnyEndpoint, Watch};
use crate::mailbox::Signal;

/// Ends a worker when the one that it is linked with has ended.
struct LinkWatch {
    /// The address of the one that is watched.
    address: Address,
    /// The one that ends with it, and the number under which that one watches in turn.
    other: Weak<dyn AnyEndpoint>,
    /// Its generation that ends with it.
    generation: u32,
    number_at_other: u64,
    every_end: bool,
}

/// Links two workers under two numbers that nobody else has.
pub(super) fn link(
    one: &Arc<dyn AnyEndpoint>,
    other: &Arc<dyn AnyEndpoint>,
    numbers: (u64, u64),
    every_end: bool,
) {
    if one.registration().id == other.registration().id {
        return;
    }
    let watch = |watched: &Arc<dyn AnyEndpoint>, other: &Arc<dyn AnyEndpoint>, number_at_other| {
        Arc::new(LinkWatch {
            address: watched.registration().address().clone(),
            other: Arc::downgrade(other),
            generation: other.generation(),
            number_at_other,
            every_end,
        })
    };
    let (at_one, at_other) = numbers;
    let (watches_one, watches_other) = (watch(one, other, at_other), watch(other, one, at_one));
    one.registration().watchers.add(at_one, watches_one);
    if !other
        .registration()
        .watchers
        .add(at_other, watches_other.clone())
    {
        // It has ended between the look-up and now. How is not known any more.
        watches_other.end_other(&DownReason::Failed("it has ended".to_owned()));
    }
}

impl LinkWatch {
    fn end_other(&self, reason: &DownReason) {
        let Some(other) = self.other.upgrade() else {
            return;
        };
        other.registration().watchers.remove(self.number_at_other);
        if reason.is_failure() {
            let why = format!("it is linked with {}, which {reason}", self.address);
            let fail = Signal::Fail {
                generation: self.generation,
                why: why.into(),
            };
            // Refused if it has ended, or begun again, as well.
            let _ = other.signal(fail, 1);
        } else if self.every_end {
            other.registration().lifecycle.request_stop();
            other.stop();
        }
    }
}

impl Watch for LinkWatch {
    fn ended(&self, _incarnation: u64, reason: &DownReason) {
        self.end_other(reason);
    }

    fn restarted(&self, _incarnation: u64, reason: &DownReason) -> bool {
        self.end_other(reason);
        false
    }
}
