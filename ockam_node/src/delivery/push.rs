use std::any::Any as StdAny;
use std::sync::Arc;

use ockam_core::{Any, Message, Routed};

use super::access::{Guard, GuardedEndpoint};
use super::any_endpoint::AnyEndpoint;
use super::endpoint::Endpoint;
use super::group::GroupEndpoint;
use crate::mailbox::{Permit, Wakeup};
use crate::send_error::SendError;

impl dyn AnyEndpoint {
    /// Returns the endpoint for messages of type `M`, if it is one.
    #[inline(always)]
    pub(crate) fn downcast_ref<M: Message>(&self) -> Option<&Endpoint<M>> {
        (self as &dyn StdAny).downcast_ref()
    }

    /// Returns the endpoint behind the rules of a worker, and the rules, if there are any.
    pub(crate) fn behind_rules(self: &Arc<Self>) -> (Arc<Self>, Option<Arc<Guard>>) {
        match (&**self as &dyn StdAny).downcast_ref::<GuardedEndpoint>() {
            Some(guarded) => (guarded.inner().clone(), Some(guarded.guard().clone())),
            None => (self.clone(), None),
        }
    }

    /// Returns `true` if it takes messages of type `M`, and no others.
    pub(crate) fn takes_messages<M: Message>(&self) -> bool {
        let guarded = (self as &dyn StdAny).downcast_ref::<GuardedEndpoint>();
        let inner = guarded.map_or(self, |guarded| &**guarded.inner());
        inner.downcast_ref::<M>().is_some()
    }

    /// Pushes a message, as [`Endpoint::push`] does, into an endpoint for messages of any type.
    #[inline(always)]
    pub(crate) fn push<M: Message>(
        &self,
        permit: Option<Permit>,
        message: Routed<M>,
    ) -> Result<Wakeup, SendError<Routed<M>>> {
        if let Some(endpoint) = self.downcast_ref::<M>() {
            return endpoint.push(permit, message);
        }
        self.push_other(permit, message)
    }

    /// Pushes a message to a group of its type, or into a mailbox of another type.
    fn push_other<M: Message>(
        &self,
        permit: Option<Permit>,
        message: Routed<M>,
    ) -> Result<Wakeup, SendError<Routed<M>>> {
        if let Some(group) = (self as &dyn StdAny).downcast_ref::<GroupEndpoint<M>>() {
            return group.push(message);
        }
        if let Some(guarded) = (self as &dyn StdAny).downcast_ref::<GuardedEndpoint>() {
            return guarded.push(permit, message);
        }
        self.push_any(permit, message.map(Any::new))
            .map_err(|refused| {
                refused.map(|message| {
                    message.map(|any| any.downcast().expect("it was wrapped four lines above"))
                })
            })
    }
}
