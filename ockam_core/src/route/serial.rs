//! A route in serde's data model: a sequence of addresses.

use serde_core::{Deserialize, Deserializer, Serialize, Serializer};

use super::Route;
use crate::address::Address;

impl Serialize for Route {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // When it is serialised, the right to answer becomes an address that leads nowhere.
        let addresses: Vec<_> = self.hops().named().collect();
        serializer.collect_seq(addresses)
    }
}

impl<'de> Deserialize<'de> for Route {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Vec::<Address>::deserialize(deserializer).map(Self::from)
    }
}
