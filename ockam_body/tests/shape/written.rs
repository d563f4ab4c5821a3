//! What is written is what is read, or it is refused.

use std::marker::PhantomData;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{arrives, is_refused};

#[derive(Serialize, Deserialize, Debug, PartialEq)]
enum Player {
    Play,
    #[serde(skip)]
    #[allow(dead_code)]
    Secret,
    Pause,
    Erase,
}

#[test]
fn a_variant_that_would_be_read_as_another_one() {
    arrives(Player::Play);
    is_refused(
        Player::Pause,
        "the variant `Pause` would be read as `Erase`",
    );
    is_refused(Player::Erase, "the variant `Erase` can't be read");
}

#[derive(Serialize, Deserialize, Debug, PartialEq)]
enum Aliased {
    Play,
    #[serde(skip_deserializing)]
    #[allow(dead_code)]
    Secret,
    #[serde(alias = "Halt", alias = "Zzz")]
    Pause(u8),
    #[serde(other)]
    Erase,
}

#[test]
fn aliases_hide_nothing() {
    arrives(Aliased::Play);
    is_refused(
        Aliased::Pause(1),
        "the variant `Pause` would be read as `Erase`",
    );
    is_refused(
        Aliased::Secret,
        "the variant `Secret` would be read as `Halt`",
    );
}

#[derive(Serialize, Deserialize, Debug, PartialEq, Default)]
struct NotWritten {
    zero: u8,
    #[serde(skip_serializing, default)]
    one: u8,
    two: u8,
    text: String,
}

#[derive(Serialize, Deserialize, Debug, PartialEq, Default)]
struct NotRead {
    #[serde(alias = "naught")]
    zero: u8,
    #[serde(skip_deserializing)]
    one: u8,
    two: u8,
}

#[derive(Serialize, Deserialize, Debug, PartialEq, Default)]
struct Swapped {
    #[serde(skip_serializing, default)]
    zero: u8,
    #[serde(skip_deserializing)]
    one: u8,
}

#[derive(Serialize, Deserialize, Debug, PartialEq, Default)]
struct Tuple(u8, #[serde(skip_serializing)] u8, u8);

#[derive(Serialize, Deserialize, Debug, PartialEq, Default)]
struct Renamed {
    #[serde(rename(serialize = "uno", deserialize = "one"))]
    one: u8,
}

#[derive(Serialize, Deserialize, Debug, PartialEq)]
enum Fields {
    Named {
        #[serde(skip_serializing, default)]
        one: u8,
        two: u8,
    },
    Tuple(u8, #[serde(skip_deserializing)] u8),
}

#[test]
fn a_field_on_one_side_only() {
    is_refused(
        NotWritten::default(),
        "the field `one` is read but not written",
    );
    is_refused(
        NotRead::default(),
        "the field `one` is written but not read",
    );
    is_refused(
        Swapped::default(),
        "the field `one` is written but not read",
    );
    is_refused(Tuple::default(), "the field `2` is read but not written");
    is_refused(
        Renamed::default(),
        "the field `uno` is written but not read",
    );
    is_refused(
        Fields::Named { one: 1, two: 2 },
        "the field `one` is read but not written",
    );
    is_refused(Fields::Tuple(1, 2), "the field `1` is written but not read");
}

mod as_text {
    use super::*;

    pub(super) fn serialize<S: Serializer>(number: &u32, serializer: S) -> Result<S::Ok, S::Error> {
        number.to_string().serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

#[derive(Serialize, Deserialize, Debug, PartialEq)]
struct With {
    #[serde(with = "as_text")]
    both: u32,
    after: i8,
}

#[derive(Serialize, Deserialize, Debug, PartialEq)]
struct OnlyOut {
    #[serde(serialize_with = "as_text::serialize")]
    number: u32,
}

#[derive(Serialize, Deserialize, Debug, PartialEq, Clone)]
#[serde(into = "u32", from = "i32")]
struct Wandering(i64);

impl From<Wandering> for u32 {
    fn from(number: Wandering) -> Self {
        number.0 as Self
    }
}

impl From<i32> for Wandering {
    fn from(number: i32) -> Self {
        Self(number.into())
    }
}

#[test]
fn conversions_that_are_not_each_other_s_reverse() {
    arrives(With { both: 7, after: -1 });
    is_refused(
        OnlyOut { number: 7 },
        "where `string` is written, `u32` would be read",
    );
    is_refused(Wandering(-1), "where `u32` is written, `i32` would be read");
}

/// Written by hand, as a tuple, and read as the newtype struct of one.
#[derive(Deserialize, Debug, PartialEq)]
struct ByHand((u8, String));

impl Serialize for ByHand {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

type Nested<T> = Result<(T, f64), [u16; 3]>;

#[derive(Serialize, Deserialize, Debug, PartialEq)]
struct Everything<T> {
    #[serde(skip)]
    skipped: u8,
    #[serde(alias = "nombre", alias = "numero")]
    number: i128,
    #[serde(rename = "type")]
    kind: char,
    by_hand: ByHand,
    nested: Vec<Option<Nested<T>>>,
    marker: PhantomData<T>,
    nothing: (),
}

#[test]
fn what_both_sides_agree_on() {
    let nested = |value| vec![None, Some(Err([1, 2, 3])), Some(Ok((value, 0.5)))];
    arrives(Everything {
        skipped: 0,
        number: -1,
        kind: 'x',
        by_hand: ByHand((7, "seven".into())),
        nested: nested(Some("text".to_owned())),
        marker: PhantomData,
        nothing: (),
    });
    arrives(std::time::Duration::from_millis(1_500));
    arrives("127.0.0.1:80".parse::<std::net::SocketAddr>().unwrap());
    arrives(ockam_core::route!["a", "b"]);
    arrives(vec![vec![0_u8; 300]; 3]);
    arrives([[7_u8; 32]; 32]);
}
