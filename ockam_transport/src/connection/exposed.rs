use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use ockam_core::{Address, Addresses};

/// The addresses that peers may send to.
///
/// All connections of a listener share one, so that a change holds for all of them. The addresses are
/// sorted, because each message is looked up.
#[derive(Clone, Default)]
pub(crate) struct Exposed(Arc<RwLock<Vec<Address>>>);

impl Exposed {
    pub(crate) fn new(addresses: &Addresses) -> Self {
        let exposed = Self::default();
        exposed.add(addresses);
        exposed
    }

    pub(crate) fn add(&self, addresses: &Addresses) {
        let mut exposed = self.0.write().unwrap_or_else(PoisonError::into_inner);
        for address in addresses.as_slice() {
            if let Err(place) = exposed.binary_search(address) {
                exposed.insert(place, address.clone());
            }
        }
    }

    pub(crate) fn remove(&self, addresses: &Addresses) {
        let mut exposed = self.0.write().unwrap_or_else(PoisonError::into_inner);
        for address in addresses.as_slice() {
            if let Ok(place) = exposed.binary_search(address) {
                exposed.remove(place);
            }
        }
    }

    /// Tells whether there are addresses, and all of them are such ones.
    pub(crate) fn all(&self, is_such: impl FnMut(&Address) -> bool) -> bool {
        let exposed = self.0.read().unwrap_or_else(PoisonError::into_inner);
        !exposed.is_empty() && exposed.iter().all(is_such)
    }

    pub(crate) fn contains(&self, address: &Address) -> bool {
        let exposed = self.0.read().unwrap_or_else(PoisonError::into_inner);
        exposed.binary_search(address).is_ok()
    }
}

impl fmt::Display for Exposed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let exposed = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if exposed.is_empty() {
            return f.write_str("nothing");
        }
        for (place, address) in exposed.iter().enumerate() {
            let comma = if place == 0 { "" } else { ", " };
            write!(f, "{comma}{address}")?;
        }
        Ok(())
    }
}
