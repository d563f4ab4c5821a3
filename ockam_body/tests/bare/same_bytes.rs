//! What is written is what `serde_bare` writes, and comes back.

use std::collections::BTreeMap;
use std::fmt::Debug;

use ockam_body::bare;
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::{Just, Strategy, any, prop_oneof, proptest};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
enum Shape {
    Nothing,
    Boxed(Box<Shape>),
    Pair(u16, String),
    Named {
        list: Vec<Shape>,
        maybe: Option<i64>,
    },
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
struct Marker;

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
struct Wrapped(u32);

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
struct Everything {
    flag: bool,
    signed: (i8, i16, i32, i64, i128),
    unsigned: (u8, u16, u32, u64, u128),
    floats: (f32, f64),
    letter: char,
    text: String,
    nothing: (),
    marker: Marker,
    wrapped: Wrapped,
    array: [u16; 3],
    map: BTreeMap<String, Option<Vec<u8>>>,
    shape: Shape,
}

fn shape() -> impl Strategy<Value = Shape> {
    let leaf = prop_oneof![
        Just(Shape::Nothing),
        (any::<u16>(), any::<String>()).prop_map(|(number, text)| Shape::Pair(number, text)),
    ];
    leaf.prop_recursive(6, 40, 5, |inner| {
        prop_oneof![
            inner.clone().prop_map(|shape| Shape::Boxed(shape.into())),
            (vec(inner, 0..5), any::<Option<i64>>())
                .prop_map(|(list, maybe)| Shape::Named { list, maybe }),
        ]
    })
}

fn everything() -> impl Strategy<Value = Everything> {
    let numbers = (
        any::<(i8, i16, i32, i64, i128)>(),
        any::<(u8, u16, u32, u64, u128)>(),
    );
    let plain = (
        any::<bool>(),
        any::<(f32, f64)>(),
        any::<char>(),
        any::<String>(),
    );
    let compound = (
        any::<u32>().prop_map(Wrapped),
        any::<[u16; 3]>(),
        btree_map(any::<String>(), option::of(vec(any::<u8>(), 0..200)), 0..5),
        shape(),
    );
    (numbers, plain, compound).prop_map(|(numbers, plain, compound)| Everything {
        flag: plain.0,
        signed: numbers.0,
        unsigned: numbers.1,
        floats: plain.1,
        letter: plain.2,
        text: plain.3,
        nothing: (),
        marker: Marker,
        wrapped: compound.0,
        array: compound.1,
        map: compound.2,
        shape: compound.3,
    })
}

fn same<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: &T) {
    let bytes = bare::to_vec(value).unwrap();
    assert_eq!(bytes, serde_bare::to_vec(value).unwrap());
    assert_eq!(&bare::from_slice::<T>(&bytes).unwrap(), value);
    for end in (0..bytes.len()).step_by(1 + bytes.len() / 64) {
        let cut = bare::from_slice::<T>(&bytes[..end]);
        assert!(
            cut.is_err(),
            "{value:?} from {end} of {} bytes",
            bytes.len()
        );
    }
}

/// What is read from any bytes is what `serde_bare` reads, and is written as the same bytes.
fn canonical<T: Serialize + DeserializeOwned + PartialEq + Debug>(bytes: &[u8]) {
    if let Ok(value) = bare::from_slice::<T>(bytes) {
        assert_eq!(serde_bare::from_slice::<T>(bytes).unwrap(), value);
        assert_eq!(bare::to_vec(&value).unwrap(), bytes);
    }
}

proptest! {
    #[test]
    fn structs(value in everything()) {
        same(&value);
    }

    #[test]
    fn enums(value in shape()) {
        same(&value);
    }

    #[test]
    fn texts(value in (any::<String>(), vec(any::<String>(), 0..3), any::<Option<Option<char>>>())) {
        same(&value);
    }

    #[test]
    fn any_bytes(bytes in vec(any::<u8>(), 0..40)) {
        canonical::<Shape>(&bytes);
        canonical::<Vec<Option<bool>>>(&bytes);
        canonical::<(u16, String, char)>(&bytes);
        canonical::<Vec<Vec<u8>>>(&bytes);
    }

    #[test]
    fn small_bytes(bytes in vec(0..6_u8, 0..40)) {
        canonical::<Shape>(&bytes);
        canonical::<Vec<Option<bool>>>(&bytes);
        canonical::<Vec<(Marker, Vec<Wrapped>)>>(&bytes);
        canonical::<Vec<Vec<()>>>(&bytes);
    }
}

#[test]
fn values_are_borrowed_where_they_can_be() {
    let bytes = bare::to_vec(&("text", "more")).unwrap();
    assert_eq!(
        bare::from_slice::<(&str, &str)>(&bytes),
        Ok(("text", "more"))
    );
}

#[test]
fn what_follows_a_value_is_returned() {
    assert_eq!(
        bare::from_prefix::<u16>(b"\x01\x00rest"),
        Ok((1, b"rest".as_slice()))
    );
}
