use std::marker::PhantomData;
use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use ockam_core::{Address, Error, ErrorKind, Message, Result, Worker};

use crate::context::{NodeContext, Starter};
use crate::delivery::{AnyEndpoint, GroupEndpoint};
use crate::worker::{Place, Pool, Restart, WorkerBuilder, start_at};

/// How the members of a group are started.
#[derive(Clone)]
pub(super) struct Settings {
    pub(super) group: Address,
    pub(super) restart: Restart,
    pub(super) mailbox_capacity: Option<usize>,
}

/// Starts members of a group, by their index.
#[async_trait]
pub(super) trait StartMember: Send + Sync {
    async fn start(
        &self,
        settings: &Settings,
        index: usize,
        starter: Starter<'_>,
        place: Arc<Place>,
    ) -> Result<Arc<dyn AnyEndpoint>>;
}

/// Starts members that a function makes.
pub(super) struct Made<W, F> {
    make: Arc<F>,
    worker: PhantomData<fn() -> W>,
}

impl<W, F> Made<W, F> {
    pub(super) fn new(make: F) -> Self {
        Self {
            make: Arc::new(make),
            worker: PhantomData,
        }
    }
}

#[async_trait]
impl<W, F> StartMember for Made<W, F>
where
    W: Worker<Context: NodeContext>,
    F: Fn(usize) -> W + Send + Sync + 'static,
{
    async fn start(
        &self,
        settings: &Settings,
        index: usize,
        starter: Starter<'_>,
        place: Arc<Place>,
    ) -> Result<Arc<dyn AnyEndpoint>> {
        let make = self.make.clone();
        let address = address_of(&settings.group, index);
        let member = WorkerBuilder::from_fn(address, move || make(index));
        let mut member = member.restart(settings.restart.clone());
        if let Some(messages) = settings.mailbox_capacity {
            member = member.mailbox_capacity(messages);
        }
        let started = start_at(member, starter, place).await?;
        Ok(started.endpoint())
    }
}

/// Returns the address of a member: `pool-0` for the first one of `pool`.
fn address_of(group: &Address, index: usize) -> Address {
    let mut value = group.value().to_vec();
    value.extend_from_slice(format!("-{index}").as_bytes());
    Address::local(value)
}

/// The members of a group, which a supervisor starts, and those that join.
pub(super) struct Members<M> {
    pub(super) settings: Settings,
    pub(super) start: Option<Arc<dyn StartMember>>,
    /// Set when the address is taken.
    pub(super) group: OnceLock<Arc<GroupEndpoint<M>>>,
}

impl<M: Message> Members<M> {
    /// Returns the group that they belong to.
    pub(super) fn group(&self) -> Result<&Arc<GroupEndpoint<M>>> {
        self.group.get().ok_or_else(|| {
            let why = format!("the group {} has not started", self.settings.group);
            Error::new(ErrorKind::Stopped, why)
        })
    }
}

#[async_trait]
impl<M: Message> Pool for Members<M> {
    async fn start(&self, index: usize, starter: Starter<'_>, place: Arc<Place>) -> Result<()> {
        let Some(start) = &self.start else {
            place.has_ended();
            let group = &self.settings.group;
            let why = format!("the group {group} makes no members: others join it");
            return Err(Error::new(ErrorKind::InvalidInput, why));
        };
        let member = start.start(&self.settings, index, starter, place).await?;
        match self.group()?.add(&member, true) {
            // It has ended already, as it may at any time.
            Err(error) if error.kind() == ErrorKind::Stopped => Ok(()),
            added => added,
        }
    }

    fn is_leaving(&self, member: &dyn AnyEndpoint) {
        if let Some(group) = self.group.get() {
            group.set_leaving(member.registration().id);
        }
    }

    fn close(&self) {
        if let Some(group) = self.group.get() {
            group.close();
        }
    }
}
