use std::any::Any as StdAny;

use ockam_core::{Any, Message, Routed};

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
        self.push_any(permit, message.map(Any::new))
            .map_err(|refused| {
                refused.map(|message| {
                    message.map(|any| any.downcast().expect("it was wrapped four lines above"))
                })
            })
    }
}
