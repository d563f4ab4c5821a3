use std::collections::HashMap;

use ockam_core::Address;

use crate::random::HashSeed;

/// A map by address.
pub(super) type AddressMap<V> = HashMap<Address, V, HashSeed>;
