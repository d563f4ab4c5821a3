//! Messages to all members.

use std::sync::Arc;

use ockam_core::headers::{Headers, Weight};
use ockam_core::{Message, Route, Routed};

use super::load::SharedWeight;
use crate::panics::{Panic, catch, drop_caught};

/// Copies of a message, of which the last one is the message itself.
pub(super) struct Copies<M> {
    bodies: Vec<M>,
    message: Routed<M>,
    /// What the message weighs on the connection that it came by, and what its copies weigh together.
    weight: Option<(Weight, Arc<SharedWeight>)>,
}

impl<M: Message> Copies<M> {
    /// Copies a message for so many members.
    ///
    /// # Errors
    ///
    /// Returns the message and the panic of its `Clone`.
    pub(super) fn new(
        copy: fn(&M) -> M,
        mut message: Routed<M>,
        members: usize,
    ) -> Result<Self, (Routed<M>, Panic)> {
        let mut bodies = Vec::new();
        for _ in 1..members {
            match catch(|| copy(message.body())) {
                Ok(body) => bodies.push(body),
                Err(panic) => {
                    discard(bodies);
                    return Err((message, panic));
                }
            }
        }
        let headers = Headers::of_mut(&mut message);
        let weight = headers.extended.as_ref().and_then(|it| it.weight.clone());
        let weight = weight.map(|weight| {
            let shared = SharedWeight::new(weight.clone());
            headers.extend(|extended| extended.weight = Some(Weight::new(shared.clone())));
            (weight, shared)
        });
        Ok(Self {
            bodies,
            message,
            weight,
        })
    }

    /// Returns a copy for each member but one.
    pub(super) fn next(&mut self) -> Option<Routed<M>> {
        let body = self.bodies.pop()?;
        let headers = Headers::of(&self.message).clone();
        let return_route = Headers::own_return_route(&self.message).clone();
        Some(headers.attach(body, return_route))
    }

    /// Takes the message itself, for the last member. Also returns what its weight depends on.
    pub(super) fn last(self) -> (Routed<M>, Weighing) {
        discard(self.bodies);
        (self.message, Weighing(self.weight))
    }
}

/// What becomes of the weight of copies.
pub(super) struct Weighing(Option<(Weight, Arc<SharedWeight>)>);

impl Weighing {
    /// Notes that there are copies that weigh.
    pub(super) fn delivered(&self) {
        if let Some((_, shared)) = &self.0 {
            shared.set_delivered();
        }
    }

    /// Gives the message back its own weight.
    pub(super) fn undelivered<M>(self, message: &mut Routed<M>) {
        if let Some((weight, _)) = self.0 {
            Headers::of_mut(message).extend(|extended| extended.weight = Some(weight));
        }
    }
}

/// Drops messages of the user, whose `Drop` may panic.
pub(super) fn discard<T>(messages: impl IntoIterator<Item = T>) {
    for message in messages {
        let _ = drop_caught(message);
    }
}

/// Tells whether a message gives the right to answer a question, which only one can have.
pub(super) fn has_right_to_answer<M>(message: &Routed<M>) -> bool {
    let headers = Headers::of(message);
    let has = |route: &Route| route.reply_to().is_some();
    has(message.return_route()) || has(headers.onward())
}
