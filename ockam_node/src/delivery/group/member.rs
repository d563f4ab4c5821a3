use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use crate::delivery::any_endpoint::AnyEndpoint;

/// A member of a group.
#[derive(Clone)]
pub(super) struct Member {
    /// The number of its registration.
    pub(super) id: u64,
    pub(super) endpoint: Arc<dyn AnyEndpoint>,
    pub(super) state: Arc<MemberState>,
}

#[derive(Default)]
pub(super) struct MemberState {
    /// How many messages it has got from the group and is not done with. Only `least_loaded` counts.
    pub(super) load: AtomicUsize,
    /// Whether the group has started it, and stops it.
    pub(super) is_pooled: bool,
    is_leaving: AtomicBool,
}

impl Member {
    pub(super) fn new(endpoint: &Arc<dyn AnyEndpoint>, is_pooled: bool) -> Self {
        Self {
            id: endpoint.registration().id,
            endpoint: endpoint.clone(),
            state: Arc::new(MemberState {
                is_pooled,
                ..MemberState::default()
            }),
        }
    }

    /// Returns `true` if it is about to be stopped, and gets nothing new.
    pub(super) fn is_leaving(&self) -> bool {
        self.state.is_leaving.load(Ordering::Relaxed)
    }

    pub(super) fn set_leaving(&self) {
        self.state.is_leaving.store(true, Ordering::Relaxed);
    }

    pub(super) fn load(&self) -> usize {
        self.state.load.load(Ordering::Relaxed)
    }
}
