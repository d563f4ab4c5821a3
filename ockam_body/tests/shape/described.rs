//! A shape in words, and what differs.

use std::collections::HashMap;
use std::num::NonZeroU8;

use ockam_body::{Shape, difference};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct Envelope<T> {
    #[serde(alias = "body")]
    content: T,
    next: Option<Box<Envelope<T>>>,
}

#[derive(Serialize, Deserialize)]
enum Order {
    Stop,
    Buy(u32),
    Sell { amount: u32, at: Option<u64> },
    Both(NonZeroU8, Box<Order>),
    Packed((u8, String)),
}

#[test]
fn every_kind_of_type_has_words() {
    let orders = Shape::of::<HashMap<String, Vec<Envelope<Order>>>>();
    assert_eq!(
        orders.description(),
        "map<string, list<Envelope>>\n\
         struct Envelope\n \
         body|content: Order\n \
         next: option<Envelope>\n\
         enum Order\n \
         Stop\n \
         Buy(u32)\n \
         Sell((amount: u32, at: option<u64>))\n \
         Both((u8, Order))\n \
         Packed((u8, string))\n"
    );
    assert_eq!(Shape::of::<()>().description(), "unit\n");
    assert_eq!(Shape::of::<[u8; 32]>().description(), "[u8; 32]\n");
    assert_eq!(Shape::of::<Vec<u8>>().description(), "raw bytes\n");
}

#[test]
fn a_long_one_is_cut_off() {
    type Many<T> = (T, u8, T, u8, T, u8, T, u8, T, u8, T, u8, T, u8, T, u8);

    #[derive(Serialize, Deserialize)]
    struct Wide {
        short: u8,
        long: Many<Many<Many<String>>>,
        behind: u8,
    }

    let description = Shape::of::<Wide>().description();
    assert_eq!(
        description, "struct Wide\n short: u8\n",
        "the line of `long` is too long"
    );
}

mod one {
    use super::*;

    #[derive(Serialize, Deserialize)]
    pub(super) struct Transfer {
        from: u64,
        to: u64,
    }

    #[derive(Serialize, Deserialize)]
    pub(super) enum Deal {
        Buy(Transfer),
        Sell,
    }
}

mod other {
    use super::*;

    #[derive(Serialize, Deserialize)]
    pub(super) struct Transfer {
        to: u64,
        from: u64,
    }

    #[derive(Serialize, Deserialize)]
    pub(super) enum Deal {
        Hold,
        Buy(Transfer),
        Sell,
    }
}

mod grown {
    use super::*;

    #[derive(Serialize, Deserialize)]
    pub(super) struct Transfer {
        from: u64,
        to: u64,
        note: String,
    }
}

/// Says what one type has where another one is expected.
fn found<E: DeserializeOwned + 'static, F: DeserializeOwned + 'static>() -> String {
    let (expected, found) = (Shape::of::<E>(), Shape::of::<F>());
    let difference = difference(expected.description(), found.description());
    difference.unwrap_or_else(|| "nothing".to_owned())
}

#[test]
fn the_first_difference_is_named() {
    assert_eq!(
        found::<one::Transfer, other::Transfer>(),
        "field 1 of `Transfer` is `to: u64`, not `from: u64`"
    );
    assert_eq!(
        found::<one::Transfer, grown::Transfer>(),
        "`Transfer` has a field 3, `note: string`"
    );
    assert_eq!(
        found::<grown::Transfer, one::Transfer>(),
        "`Transfer` has no field 3, `note: string`"
    );
    assert_eq!(
        found::<one::Deal, other::Deal>(),
        "variant 1 of `Deal` is `Hold`, not `Buy(Transfer)`"
    );
    assert_eq!(
        found::<Vec<one::Transfer>, Vec<other::Transfer>>(),
        "field 1 of `Transfer` is `to: u64`, not `from: u64`"
    );
    assert_eq!(found::<u8, i8>(), "it has `i8`, not `u8`");
    assert_eq!(found::<one::Transfer, one::Transfer>(), "nothing");
}

#[test]
fn any_text_may_be_compared() {
    let transfer = Shape::of::<one::Transfer>().description();
    for text in [
        "",
        "\n",
        " ",
        "\n\n x",
        "struct",
        "struct Transfer",
        " from: u64\n",
        "\u{0}",
    ] {
        // It says something, or nothing.
        let _ = (difference(transfer, text), difference(text, transfer));
    }
}
