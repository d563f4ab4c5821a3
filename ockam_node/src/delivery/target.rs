use std::sync::{Arc, Weak};

use ockam_core::{Address, DownReason};

use super::any_endpoint::AnyEndpoint;
use super::destination::Destination;
use super::link::LinkEndpoint;
use super::registration::Registration;
use super::registry::Registry;
use super::watchers::Watch;

/// What is watched, as long as it is there.
#[derive(Clone)]
pub(crate) enum Target {
    Mailbox(Weak<dyn AnyEndpoint>),
    Link(Weak<LinkEndpoint>),
    /// A worker of the node behind a link.
    Behind(Weak<LinkEndpoint>, Address),
    /// Nothing was there.
    Nothing,
}

impl Target {
    /// Returns what is at an address.
    pub(crate) fn at(registry: &Registry, address: &Address) -> Self {
        match registry.look_up(address) {
            Some(Destination::Mailbox(entry)) => Self::of(&entry.endpoint),
            Some(Destination::Link(link)) => Self::Link(Arc::downgrade(&link)),
            None => Self::Nothing,
        }
    }

    /// Returns what is at an address behind a link.
    pub(crate) fn behind(link: &Arc<LinkEndpoint>, address: &Address) -> Self {
        Self::Behind(Arc::downgrade(link), address.clone())
    }

    pub(crate) fn of(endpoint: &Arc<dyn AnyEndpoint>) -> Self {
        Self::Mailbox(Arc::downgrade(endpoint))
    }

    /// Begins to watch it under a number. What has ended already is told of at once.
    pub(crate) fn watch(&self, number: u64, watch: Arc<dyn Watch>) {
        if let Self::Behind(link, address) = self {
            return match link.upgrade() {
                Some(link) => link.link.monitor(number, address, watch),
                None => watch.ended(0, &DownReason::Unreachable),
            };
        }
        let added = self.with(|it| match it.watchers.add(number, watch.clone()) {
            true => None,
            false => Some((it.incarnation(), it.lifecycle.reason())),
        });
        match added {
            Some(None) => {}
            Some(Some((incarnation, reason))) => {
                let reason = reason.map_or(DownReason::Stopped, |it| it.to_down_reason());
                watch.ended(incarnation, &reason);
            }
            None => watch.ended(0, &DownReason::Unknown),
        }
    }

    /// Watches it no more. Returns `false` if the watch has been told.
    pub(crate) fn unwatch(&self, number: u64) -> bool {
        if let Self::Behind(link, _) = self {
            let link = link.upgrade();
            return link.is_some_and(|it| it.link.end_monitor(number));
        }
        let removed = self.with(|it| it.watchers.remove(number));
        removed.unwrap_or(false)
    }

    /// Returns the number of the incarnation that lives, or 0 if it is gone.
    pub(crate) fn incarnation(&self) -> u64 {
        self.with(Registration::incarnation).unwrap_or(0)
    }

    fn with<T>(&self, look: impl FnOnce(&Registration) -> T) -> Option<T> {
        match self {
            Self::Mailbox(endpoint) => Some(look(endpoint.upgrade()?.registration())),
            Self::Link(link) => Some(look(&link.upgrade()?.registration)),
            Self::Behind(..) | Self::Nothing => None,
        }
    }
}
