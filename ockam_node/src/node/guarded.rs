use std::sync::{Mutex, PoisonError};

use ockam_core::Address;

/// The addresses that let nobody through who has not proved who it is.
#[derive(Default)]
pub(crate) struct Guarded(Mutex<Vec<Address>>);

impl Guarded {
    pub(crate) fn add(&self, address: Address) {
        self.with(|addresses| addresses.push(address));
    }

    /// Removes an address once.
    pub(crate) fn remove(&self, address: &Address) {
        self.with(|addresses| {
            if let Some(place) = addresses.iter().position(|it| it == address) {
                addresses.swap_remove(place);
            }
        });
    }

    pub(crate) fn contains(&self, address: &Address) -> bool {
        self.with(|addresses| addresses.contains(address))
    }

    fn with<T>(&self, f: impl FnOnce(&mut Vec<Address>) -> T) -> T {
        f(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
