use std::any::{Any as StdAny, type_name};
use std::future::Future;
use std::sync::Arc;

use ockam_core::{Any, Error, ErrorKind, Message, Result, Routed};

use super::works::Works;
use crate::context::outbox::Outbox;
use crate::context::scope::Scope;
use crate::delivery::{AnyEndpoint, Endpoint};
use crate::log::{self, Trouble};
use crate::mailbox::{MAX_OWN_WORK, Mailbox, NoWork, Permit, Reserve, Signal};
use crate::panics::{caught, drop_caught};
use crate::send_error::SendError;
use crate::task::{spawn, until};

/// The context whose work it is, and which gets its messages.
pub(in crate::context) struct Owner<M> {
    outbox: Outbox,
    mailbox: Own<M>,
    scope: Arc<Scope>,
}

/// The mailbox of the owner, which takes messages of one type, or of each.
enum Own<M> {
    Typed(Arc<Endpoint<M>>),
    Any(Arc<Endpoint<Any>>),
}

/// A piece of work that has begun. It ends when this is dropped.
pub(super) struct Begun<M>(Own<M>);

impl<M: Message> Owner<M> {
    /// Returns the owner of some work, if it takes messages of type `M`.
    pub(in crate::context) fn new(
        outbox: Outbox,
        endpoint: &Arc<dyn AnyEndpoint>,
        works: &Works,
    ) -> Result<Self> {
        let mailbox = Own::of(endpoint).ok_or_else(|| {
            let (address, takes) = (endpoint.registration().address(), endpoint.takes());
            let brings = type_name::<M>();
            let why = format!("{address} takes `{takes}`: it can't take a `{brings}`");
            Error::new(ErrorKind::WrongType, why)
        })?;
        let scope = works.scope();
        Ok(Self {
            outbox,
            mailbox,
            scope,
        })
    }

    /// Begins a piece of work.
    pub(super) fn begin(&self) -> Result<Begun<M>> {
        let begun = self.mailbox.begin_work(MAX_OWN_WORK);
        let address = || self.mailbox.endpoint().registration().address();
        match begun {
            Ok(begun) => Ok(begun),
            Err(NoWork::Closed) => {
                let why = format!("{} stops: it begins no work any more", address());
                Err(Error::new(ErrorKind::Stopped, why))
            }
            Err(NoWork::TooMuch) => {
                let why = format!("{} has {MAX_OWN_WORK} pieces of work under way", address());
                Err(Error::new(ErrorKind::MailboxFull, why))
            }
        }
    }

    /// Begins the poll of a stream, which is one piece of work at a time. Returns `None` if the mailbox is closed.
    pub(super) fn begin_poll(&self) -> Option<Begun<M>> {
        self.mailbox.begin_work(u32::MAX).ok()
    }

    /// Runs work in a task, until the incarnation of the owner has ended. Its panics end the task alone.
    pub(super) fn spawn(
        self: Arc<Self>,
        work: impl Future<Output = ()> + Send + 'static,
    ) -> tokio::task::AbortHandle {
        let runtime = tokio::runtime::Handle::clone(&self.outbox.node.runtime);
        let task = spawn(&runtime, async move {
            until(self.scope.cancelled(), caught(work)).await;
        });
        task.abort_handle()
    }

    /// Sends a message of work that has begun to the owner, when there is room. It is dropped if the owner has
    /// ended.
    pub(super) async fn send(&self, begun: &Begun<M>, body: M) {
        let refused = match begun.push(None, self.outbox.message(body)) {
            Err(SendError::Full(message)) => {
                let mut message = Some(message);
                let mut reserve = begun.reserve();
                (&mut reserve).await;
                let permit = reserve.into_permit();
                message.take().and_then(|it| begun.push(permit, it).err())
            }
            sent => sent.err(),
        };
        // A panic of its `Drop` is no panic of the work.
        let _ = drop_caught(refused);
    }

    /// Tells the owner that its work has failed where that makes no message.
    pub(super) fn tell(&self, failure: Error) {
        let owner = self.mailbox.endpoint();
        if self.scope.is_cancelled() {
            return;
        }
        let Err(Signal::Undelivered(failure)) = owner.signal(Signal::Undelivered(failure), 1)
        else {
            return;
        };
        let address = owner.registration().address();
        let why = format_args!("{failure:#}");
        let lost = &self.outbox.node.dead_letters;
        lost.add(Some(address), 1, why, String::new);
        log::warn(address, why);
        log::untold(Trouble::Failures, address, why);
    }
}

impl<M: Message> Own<M> {
    fn of(endpoint: &Arc<dyn AnyEndpoint>) -> Option<Self> {
        let typed: Arc<dyn StdAny + Send + Sync> = endpoint.clone();
        match typed.downcast() {
            Ok(typed) => Some(Self::Typed(typed)),
            Err(other) => other.downcast().ok().map(Self::Any),
        }
    }

    fn begin_work(&self, most: u32) -> Result<Begun<M>, NoWork> {
        match self {
            Self::Typed(endpoint) => endpoint.mailbox.begin_work(most)?,
            Self::Any(endpoint) => endpoint.mailbox.begin_work(most)?,
        }
        Ok(Begun(self.clone()))
    }

    fn endpoint(&self) -> &dyn AnyEndpoint {
        match self {
            Self::Typed(endpoint) => &**endpoint,
            Self::Any(endpoint) => &**endpoint,
        }
    }
}

impl<M> Clone for Own<M> {
    fn clone(&self) -> Self {
        match self {
            Self::Typed(endpoint) => Self::Typed(endpoint.clone()),
            Self::Any(endpoint) => Self::Any(endpoint.clone()),
        }
    }
}

impl<M: Message> Begun<M> {
    fn reserve(&self) -> Reserve<'_> {
        Reserve::new(self.0.endpoint().capacity())
    }

    fn push(&self, permit: Option<Permit>, message: Routed<M>) -> Result<(), SendError<Routed<M>>> {
        fn push<T>(
            mailbox: &Mailbox<T>,
            permit: Option<Permit>,
            message: T,
        ) -> Result<(), SendError<T>> {
            mailbox
                .push_own(permit, message)
                .map(|wakeup| wakeup.wake())
        }
        match &self.0 {
            Own::Typed(endpoint) => push(&endpoint.mailbox, permit, message),
            Own::Any(endpoint) => {
                let pushed = push(&endpoint.mailbox, permit, message.map(Any::new));
                pushed.map_err(|refused| {
                    refused.map(|it| {
                        it.map(|any| any.downcast().expect("it was wrapped three lines above"))
                    })
                })
            }
        }
    }
}

impl<M> Drop for Begun<M> {
    fn drop(&mut self) {
        match &self.0 {
            Own::Typed(endpoint) => endpoint.mailbox.end_work(),
            Own::Any(endpoint) => endpoint.mailbox.end_work(),
        }
    }
}
