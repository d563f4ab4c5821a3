//! `Deserialize` is a user's code, which is called once for each type without data to read.

use std::sync::atomic::{AtomicUsize, Ordering};

use ockam_body::Shape;
use serde::de::{self, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::{arrives, fingerprint};

/// Panics with every value that it is offered.
#[derive(Serialize, Debug, PartialEq)]
struct Panics(u16);

impl<'de> Deserialize<'de> for Panics {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match u16::deserialize(deserializer)? {
            few if few < 1_000 => std::panic::panic_any("on purpose"),
            many => Ok(Self(many)),
        }
    }
}

/// Accepts no value that it is offered.
#[derive(Serialize, Deserialize, Debug, PartialEq)]
#[serde(try_from = "u16")]
struct Picky(u16);

impl TryFrom<u16> for Picky {
    type Error = &'static str;

    fn try_from(number: u16) -> Result<Self, Self::Error> {
        match number {
            few if few < 1_000 => Err("too few"),
            many => Ok(Self(many)),
        }
    }
}

#[derive(Serialize, Deserialize, Debug, PartialEq)]
struct Holds<T, U> {
    first: T,
    second: U,
}

#[test]
fn what_accepts_no_value_hides_no_field() {
    std::panic::set_hook(Box::new(|_| {}));
    arrives(Panics(1_000));
    arrives(Holds {
        first: Panics(1_000),
        second: 1_u8,
    });
    arrives(Holds {
        first: Picky(1_000),
        second: 1_u8,
    });
    arrives((Picky(1_000), Panics(1_000), 7_u8));
    assert_ne!(
        fingerprint::<Holds<Picky, u8>>(),
        fingerprint::<Holds<Picky, i8>>()
    );
    assert_ne!(
        fingerprint::<Holds<Panics, u8>>(),
        fingerprint::<Holds<Panics, i8>>()
    );
    assert_eq!(
        fingerprint::<Holds<Picky, u8>>(),
        fingerprint::<Holds<u16, u8>>()
    );
}

#[test]
fn it_is_called_for_the_first_message_only() {
    static CALLS: AtomicUsize = AtomicUsize::new(0);

    #[derive(Serialize, Debug, PartialEq)]
    struct Counted(u8);

    impl<'de> Deserialize<'de> for Counted {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            CALLS.fetch_add(1, Ordering::Relaxed);
            u8::deserialize(deserializer).map(Self)
        }
    }

    Shape::of::<Counted>();
    let looked = CALLS.load(Ordering::Relaxed);
    for number in 0..100 {
        super::encoded(&Counted(number)).expect("it has a form");
    }
    assert_eq!(CALLS.load(Ordering::Relaxed), looked);
}

/// Reads elements for ever, whatever comes.
#[derive(Debug, PartialEq)]
struct Endless(u8);

impl Serialize for Endless {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (self.0, self.0).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Endless {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct All;

        impl<'de> Visitor<'de> for All {
            type Value = Endless;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("elements without end")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Endless, A::Error> {
                let mut last = None;
                while let Some(element) = elements.next_element()? {
                    last = Some(element);
                }
                last.map(Endless).ok_or_else(|| de::Error::custom("none"))
            }
        }

        deserializer.deserialize_tuple(usize::MAX, All)
    }
}

#[test]
fn a_type_that_never_ends_is_refused() {
    super::is_refused(
        Endless(1),
        "the type can only be read in a format that describes itself, such as JSON",
    );
}
