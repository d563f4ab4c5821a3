use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use ockam_core::Result;

use crate::context::Starter;
use crate::delivery::AnyEndpoint;
use crate::worker::siblings::Place;

/// Makes the members of a pool.
#[async_trait]
pub(crate) trait Pool: Send + Sync {
    /// Starts the member with an index at a place, and adds it to the group.
    async fn start(&self, index: usize, starter: Starter<'_>, place: Arc<Place>) -> Result<()>;

    /// Lets the group give nothing new to a member, which is about to be stopped.
    fn is_leaving(&self, member: &dyn AnyEndpoint);

    /// Lets the group take no more messages.
    fn close(&self);
}

/// The members that a supervisor has started, by their index.
pub(super) type PoolMembers = BTreeMap<usize, Arc<Place>>;
