use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use ockam_core::{Address, Addresses};

use super::by_address::ByAddress;

/// What peers may send to.
///
/// All connections of a listener share one, so that a change is a change for all of them.
#[derive(Clone, Default)]
pub(crate) struct Exposed(Arc<RwLock<ByAddress<()>>>);

impl Exposed {
    pub(crate) fn new(addresses: &Addresses) -> Self {
        let exposed = Self::default();
        exposed.add(addresses);
        exposed
    }

    pub(crate) fn add(&self, addresses: &Addresses) {
        let mut exposed = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let addresses = addresses.as_slice().iter();
        exposed.extend(addresses.map(|address| (address.clone(), ())));
    }

    pub(crate) fn remove(&self, addresses: &Addresses) {
        let mut exposed = self.0.write().unwrap_or_else(PoisonError::into_inner);
        for address in addresses.as_slice() {
            exposed.remove(address);
        }
    }

    pub(crate) fn contains(&self, address: &Address) -> bool {
        let exposed = self.0.read().unwrap_or_else(PoisonError::into_inner);
        exposed.contains_key(address)
    }
}

impl fmt::Display for Exposed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let exposed = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let mut exposed: Vec<_> = exposed.keys().map(Address::to_string).collect();
        exposed.sort_unstable();
        match exposed.is_empty() {
            true => f.write_str("nothing"),
            false => f.write_str(&exposed.join(", ")),
        }
    }
}
