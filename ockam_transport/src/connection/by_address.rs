use std::collections::HashMap;

use foldhash::quality::RandomState;
use ockam_core::Address;

/// A map whose keys peers may choose, and which every message looks into: its hash is fast, and seeded
/// at random.
pub(super) type ByAddress<V> = HashMap<Address, V, RandomState>;
