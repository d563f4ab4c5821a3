//! What a message of a group carries, so that it is known when it has been handled.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use ockam_core::Routed;
use ockam_core::headers::{ExtendedHeaders, Headers, Load, Weight};

use super::member::MemberState;

/// A message that a member has not done with.
struct Counted {
    member: Arc<MemberState>,
    is_done: AtomicBool,
    /// What it weighs on the connection that it came by.
    weight: Weighed,
}

/// Headers with a weight.
struct Weighed(Option<Weight>);

impl Weighed {
    fn handled(&self) {
        let extended = ExtendedHeaders {
            weight: self.0.clone(),
            ..ExtendedHeaders::default()
        };
        let extended = self.0.is_some().then(|| Arc::new(extended));
        let headers = Headers {
            extended,
            ..Headers::default()
        };
        headers.handled();
    }
}

/// Counts a message as one of a member, until it has been handled or is dropped. Returns its weight from before.
pub(super) fn count<M>(message: &mut Routed<M>, member: &Arc<MemberState>) -> Option<Weight> {
    let headers = Headers::of_mut(message);
    let before = headers.extended.as_ref().and_then(|it| it.weight.clone());
    member.load.fetch_add(1, Ordering::Relaxed);
    let counted = Counted {
        member: member.clone(),
        is_done: AtomicBool::new(false),
        weight: Weighed(before.clone()),
    };
    headers.extend(|extended| extended.weight = Some(Weight::new(Arc::new(counted))));
    before
}

/// Undoes [`count`].
pub(super) fn count_no_more<M>(message: &mut Routed<M>, before: Option<Weight>) {
    Headers::of_mut(message).extend(|extended| extended.weight = before);
}

impl Counted {
    fn done(&self) {
        if !self.is_done.swap(true, Ordering::Relaxed) {
            self.member.load.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

impl Load for Counted {
    fn handled(&self) {
        self.done();
        self.weight.handled();
    }

    fn undelivered(&self, messages: usize, bytes: usize) {
        if let Some(weight) = &self.weight.0 {
            weight.undelivered(messages, bytes);
        }
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.done();
    }
}

/// The weight of several copies of one message: it has been handled when all of them have.
pub(super) struct SharedWeight {
    weight: Weighed,
    is_delivered: AtomicBool,
}

impl SharedWeight {
    pub(super) fn new(weight: Weight) -> Arc<Self> {
        Arc::new(Self {
            weight: Weighed(Some(weight)),
            is_delivered: AtomicBool::new(false),
        })
    }

    /// Notes that copies were delivered. Otherwise whoever has sent the message counts it as undelivered.
    pub(super) fn set_delivered(&self) {
        self.is_delivered.store(true, Ordering::Relaxed);
    }
}

impl Load for SharedWeight {
    fn handled(&self) {}

    fn undelivered(&self, _messages: usize, _bytes: usize) {}
}

impl Drop for SharedWeight {
    fn drop(&mut self) {
        if *self.is_delivered.get_mut() {
            self.weight.handled();
        }
    }
}
