use std::fmt;
use std::time::Duration;

use ockam_core::{Message, Result, Route};

use crate::context::Sender;
use crate::group::GroupHandle;
use crate::worker::WorkerHandle;

/// Sends the calls of a protocol. The macro `protocol` wraps it in a client with methods.
pub struct Client<M> {
    target: Target<M>,
}

enum Target<M> {
    Route { sender: Sender, route: Route },
    Worker(WorkerHandle<M>),
    Group(GroupHandle<M>),
}

impl<M: Message> Client<M> {
    /// Creates a client that sends in the name of a sender, along a route.
    pub fn new(sender: Sender, route: Route) -> Self {
        let target = Target::Route { sender, route };
        Self { target }
    }

    /// Sends a call.
    ///
    /// # Errors
    ///
    /// See [`Context::send_message`](crate::Context::send_message).
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped before it is done, the call was not sent.
    pub async fn send(&self, call: M) -> Result<()> {
        match &self.target {
            Target::Route { sender, route } => sender.send_message(route.clone(), call).await,
            Target::Worker(worker) => worker.send(call).await,
            Target::Group(group) => group.send(call).await,
        }
    }

    /// Sends a call if there is room at once.
    ///
    /// # Errors
    ///
    /// See [`Context::try_send`](crate::Context::try_send).
    pub fn try_send(&self, call: M) -> Result<()> {
        match &self.target {
            Target::Route { sender, route } => sender.try_send(route.clone(), call),
            Target::Worker(worker) => worker.try_send(call),
            Target::Group(group) => group.try_send(call),
        }
    }

    /// Sends a call and waits for the answer.
    ///
    /// # Errors
    ///
    /// See [`Context::ask`](crate::Context::ask).
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the call may still be handled. Its answer is discarded.
    pub async fn ask<R: Message>(&self, call: M) -> Result<R> {
        match &self.target {
            Target::Route { sender, route } => sender.ask(route.clone(), call).await,
            Target::Worker(worker) => worker.ask(call).await,
            Target::Group(group) => group.ask(call).await,
        }
    }

    /// Sends a call and waits for the answer, within a time limit.
    ///
    /// # Errors
    ///
    /// See [`Context::ask`](crate::Context::ask).
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the call may still be handled. Its answer is discarded.
    pub async fn ask_timeout<R: Message>(&self, call: M, timeout: Duration) -> Result<R> {
        match &self.target {
            Target::Route { sender, route } => {
                sender.ask_timeout(route.clone(), call, timeout).await
            }
            Target::Worker(worker) => worker.ask_timeout(call, timeout).await,
            Target::Group(group) => group.ask_timeout(call, timeout).await,
        }
    }

    /// Formats the client under the name of its wrapper.
    ///
    /// # Errors
    ///
    /// Returns the error of the formatter.
    pub fn fmt_as(&self, name: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut tuple = f.debug_tuple(name);
        match &self.target {
            Target::Route { route, .. } => tuple.field(route),
            Target::Worker(worker) => tuple.field(worker.address()),
            Target::Group(group) => tuple.field(group.address()),
        };
        tuple.finish()
    }
}

impl<M: Message> From<WorkerHandle<M>> for Client<M> {
    fn from(worker: WorkerHandle<M>) -> Self {
        let target = Target::Worker(worker);
        Self { target }
    }
}

impl<M: Message> From<GroupHandle<M>> for Client<M> {
    fn from(group: GroupHandle<M>) -> Self {
        let target = Target::Group(group);
        Self { target }
    }
}

impl<M> Clone for Client<M> {
    fn clone(&self) -> Self {
        let target = match &self.target {
            Target::Route { sender, route } => Target::Route {
                sender: sender.clone(),
                route: route.clone(),
            },
            Target::Worker(worker) => Target::Worker(worker.clone()),
            Target::Group(group) => Target::Group(group.clone()),
        };
        Self { target }
    }
}

impl<M: Message> fmt::Debug for Client<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fmt_as("Client", f)
    }
}
