//! A route in serde's data model: a sequence of addresses.

use serde_core::{Deserialize, Deserializer, Serialize, Serializer};

use super::Route;
use crate::address::Address;
use crate::reply::ReplyTo;

impl Serialize for Route {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // On other nodes, the right to answer is an address with a random name.
        let reply_to = self.reply_to().map(ReplyTo::address);
        let addresses: Vec<_> = self.iter().chain(reply_to).collect();
        serializer.collect_seq(addresses)
    }
}

impl<'de> Deserialize<'de> for Route {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Vec::<Address>::deserialize(deserializer).map(Self::from)
    }
}
