use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use ockam_core::{Error, ErrorKind, Processor, Result, Worker};

use crate::context::{NodeContext, Starter};
use crate::worker::builder::{Factory, WorkerBuilder};
use crate::worker::handle::WorkerHandle;
use crate::worker::processor::{ProcessorBuilder, ProcessorHandle};
use crate::worker::siblings::Place;

/// What a supervisor can start, and start again: workers and processors that are made by a function, and
/// supervisors.
#[diagnostic::on_unimplemented(
    message = "a supervisor can't make `{Self}` again",
    label = "write `WorkerBuilder::from_fn(address, || …)`, or `ProcessorBuilder::from_fn`"
)]
pub trait Child: Sized + Send + sealed::Sealed + 'static {
    /// What [`SupervisorHandle::start_child`](crate::SupervisorHandle::start_child) returns.
    type Handle: Send;

    #[doc(hidden)]
    fn start_at(
        self,
        starter: Starter<'_>,
        place: sealed::AtPlace,
    ) -> impl Future<Output = Result<Self::Handle>> + Send;

    #[doc(hidden)]
    fn again(&self) -> Option<Self>;
}

pub(crate) mod sealed {
    use std::sync::Arc;

    use crate::worker::siblings::Place;

    pub trait Sealed {}

    /// A place under a supervisor.
    #[derive(Clone)]
    pub struct AtPlace(pub(crate) Arc<Place>);

    impl std::fmt::Debug for AtPlace {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.debug_struct("AtPlace").finish_non_exhaustive()
        }
    }
}

impl<W: Worker<Context: NodeContext>> sealed::Sealed for WorkerBuilder<W, Factory> {}

impl<W: Worker<Context: NodeContext>> Child for WorkerBuilder<W, Factory> {
    type Handle = WorkerHandle<W::Message>;

    async fn start_at(self, starter: Starter<'_>, place: sealed::AtPlace) -> Result<Self::Handle> {
        self.start_as(starter, Some(place.0)).await
    }

    fn again(&self) -> Option<Self> {
        self.again()
    }
}

impl<P: Processor<Context: NodeContext>> sealed::Sealed for ProcessorBuilder<P, Factory> {}

impl<P: Processor<Context: NodeContext>> Child for ProcessorBuilder<P, Factory> {
    type Handle = ProcessorHandle;

    async fn start_at(self, starter: Starter<'_>, place: sealed::AtPlace) -> Result<Self::Handle> {
        self.start_as(starter, Some(place.0)).await
    }

    fn again(&self) -> Option<Self> {
        self.again()
    }
}

/// A child of any kind, that can be started any number of times.
#[async_trait]
pub(super) trait AnyChild: Send + Sync {
    async fn start(&self, starter: Starter<'_>, place: Arc<Place>) -> Result<()>;
}

pub(super) struct Startable<C>(Mutex<C>);

impl<C> Startable<C> {
    pub(super) fn new(child: C) -> Self {
        Self(Mutex::new(child))
    }
}

#[async_trait]
impl<C: Child> AnyChild for Startable<C> {
    async fn start(&self, starter: Starter<'_>, place: Arc<Place>) -> Result<()> {
        let again = self
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .again();
        let Some(child) = again else {
            let why = "a child was handed over and can't be made again";
            return Err(Error::new(ErrorKind::InvalidInput, why));
        };
        start_at(child, starter, place).await.map(drop)
    }
}

/// Starts a child at a place. If it doesn't start, the place is given up.
pub(crate) async fn start_at<C: Child>(
    child: C,
    starter: Starter<'_>,
    place: Arc<Place>,
) -> Result<C::Handle> {
    let unless_started = GivesUp(Some(place.clone()));
    let started = child.start_at(starter, sealed::AtPlace(place)).await;
    if started.is_ok() {
        unless_started.keep();
    }
    started
}

/// Gives up a place when it is dropped, also if a start is.
struct GivesUp(Option<Arc<Place>>);

impl GivesUp {
    fn keep(mut self) {
        self.0 = None;
    }
}

impl Drop for GivesUp {
    fn drop(&mut self) {
        self.0.take().iter().for_each(|place| place.has_ended());
    }
}
