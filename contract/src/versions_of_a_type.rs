//! The versions of one message type, as a crate of messages might have them: the first one, and each small
//! change of it. The programs of two nodes are built with different ones: `tests/tcp/versions_of_a_type.rs`.

use std::fmt::Debug;

use ockam::Message;
use serde::{Deserialize, Serialize};

/// What is done for each version.
pub trait ForEach {
    /// Is called with the name of the version and a message of it.
    fn version<M: Message + Debug + Clone + Sync>(&mut self, name: &'static str, message: M);
}

macro_rules! versions {
    ($($name:ident: { $($item:item)* } $message:expr;)*) => {
        $(mod $name {
            use super::*;
            $(#[derive(Serialize, Deserialize, Debug, Clone)]
            #[allow(dead_code)]
            $item)*
        })*

        /// Calls `visit` with each version.
        pub fn for_each(visit: &mut impl ForEach) {
            $({
                use $name::*;
                visit.version(stringify!($name), $message);
            })*
        }
    };
}

versions! {
    first: {
        pub(super) struct Order { pub(super) id: u64, pub(super) amount: u32, pub(super) side: Side }
        pub(super) enum Side { Buy, Sell, At(u64), Between { low: u64, high: u64 } }
    } Order { id: 1, amount: 2, side: Side::Sell };
    field_renamed: {
        pub(super) struct Order { pub(super) id: u64, pub(super) count: u32, pub(super) side: Side }
        pub(super) enum Side { Buy, Sell, At(u64), Between { low: u64, high: u64 } }
    } Order { id: 1, count: 2, side: Side::Buy };
    fields_reordered: {
        pub(super) struct Order { pub(super) amount: u32, pub(super) id: u64, pub(super) side: Side }
        pub(super) enum Side { Buy, Sell, At(u64), Between { low: u64, high: u64 } }
    } Order { amount: 2, id: 1, side: Side::At(3) };
    field_added: {
        pub(super) struct Order { pub(super) id: u64, pub(super) amount: u32, pub(super) side: Side, pub(super) note: Option<String> }
        pub(super) enum Side { Buy, Sell, At(u64), Between { low: u64, high: u64 } }
    } Order { id: 1, amount: 2, side: Side::Buy, note: None };
    field_removed: {
        pub(super) struct Order { pub(super) id: u64, pub(super) side: Side }
        pub(super) enum Side { Buy, Sell, At(u64), Between { low: u64, high: u64 } }
    } Order { id: 1, side: Side::Between { low: 1, high: 2 } };
    field_signed: {
        pub(super) struct Order { pub(super) id: i64, pub(super) amount: u32, pub(super) side: Side }
        pub(super) enum Side { Buy, Sell, At(u64), Between { low: u64, high: u64 } }
    } Order { id: -1, amount: 2, side: Side::Buy };
    field_wider: {
        pub(super) struct Order { pub(super) id: u64, pub(super) amount: u64, pub(super) side: Side }
        pub(super) enum Side { Buy, Sell, At(u64), Between { low: u64, high: u64 } }
    } Order { id: 1, amount: 2, side: Side::Buy };
    field_optional: {
        pub(super) struct Order { pub(super) id: u64, pub(super) amount: Option<u32>, pub(super) side: Side }
        pub(super) enum Side { Buy, Sell, At(u64), Between { low: u64, high: u64 } }
    } Order { id: 1, amount: Some(2), side: Side::Buy };
    field_in_a_list: {
        pub(super) struct Order { pub(super) id: u64, pub(super) amount: u32, pub(super) side: Vec<Side> }
        pub(super) enum Side { Buy, Sell, At(u64), Between { low: u64, high: u64 } }
    } Order { id: 1, amount: 2, side: vec![Side::Sell] };
    variant_inserted: {
        pub(super) struct Order { pub(super) id: u64, pub(super) amount: u32, pub(super) side: Side }
        pub(super) enum Side { Buy, Hold, Sell, At(u64), Between { low: u64, high: u64 } }
    } Order { id: 1, amount: 2, side: Side::Hold };
    variant_added: {
        pub(super) struct Order { pub(super) id: u64, pub(super) amount: u32, pub(super) side: Side }
        pub(super) enum Side { Buy, Sell, At(u64), Between { low: u64, high: u64 }, Hold }
    } Order { id: 1, amount: 2, side: Side::Sell };
    variants_swapped: {
        pub(super) struct Order { pub(super) id: u64, pub(super) amount: u32, pub(super) side: Side }
        pub(super) enum Side { Sell, Buy, At(u64), Between { low: u64, high: u64 } }
    } Order { id: 1, amount: 2, side: Side::Sell };
    variant_renamed: {
        pub(super) struct Order { pub(super) id: u64, pub(super) amount: u32, pub(super) side: Side }
        pub(super) enum Side { Buy, Give, At(u64), Between { low: u64, high: u64 } }
    } Order { id: 1, amount: 2, side: Side::Give };
    variant_filled: {
        pub(super) struct Order { pub(super) id: u64, pub(super) amount: u32, pub(super) side: Side }
        pub(super) enum Side { Buy, Sell(u8), At(u64), Between { low: u64, high: u64 } }
    } Order { id: 1, amount: 2, side: Side::Sell(7) };
    variant_fields_swapped: {
        pub(super) struct Order { pub(super) id: u64, pub(super) amount: u32, pub(super) side: Side }
        pub(super) enum Side { Buy, Sell, At(u64), Between { high: u64, low: u64 } }
    } Order { id: 1, amount: 2, side: Side::Between { low: 1, high: 2 } };
    a_tuple: {
        pub(super) struct Order(pub(super) u64, pub(super) u32, pub(super) Side);
        pub(super) enum Side { Buy, Sell, At(u64), Between { low: u64, high: u64 } }
    } Order(1, 2, Side::Sell);
    inner_renamed: {
        pub(super) struct Order { pub(super) id: u64, pub(super) amount: u32, pub(super) side: Way }
        pub(super) enum Way { Buy, Sell, At(u64), Between { low: u64, high: u64 } }
    } Order { id: 1, amount: 2, side: Way::Sell };
}
