//! Messages as bodies, and the names of their types.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use ockam_body::{BodyError, Shape, bare, decode_body, encode_body};
use ockam_core::{Address, Route, TransportType, route};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};

fn encoded<M: Serialize + DeserializeOwned + 'static>(message: &M) -> Vec<u8> {
    let mut body = Vec::new();
    encode_body(message, &mut body).unwrap();
    body
}

#[test]
fn bytes_and_nothing_are_sent_as_they_are() {
    assert_eq!(encoded(&vec![3_u8, 0, 255]), [3, 0, 255]);
    assert_eq!(encoded(&Vec::<u8>::new()), []);
    assert_eq!(encoded(&()), []);
    assert_eq!(decode_body::<Vec<u8>>(&[3, 0, 255]), Ok(vec![3, 0, 255]));
    assert_eq!(decode_body::<Vec<u8>>(&[]), Ok(vec![]));
    assert_eq!(decode_body::<()>(&[]), Ok(()));
}

#[test]
fn bytes_inside_of_a_message_are_bare() {
    assert_eq!(encoded(&Some(vec![3_u8, 0])), [1, 2, 3, 0]);
    assert_eq!(encoded(&vec![vec![3_u8, 0]]), [1, 2, 3, 0]);
    assert_eq!(
        decode_body::<Option<Vec<u8>>>(&[1, 2, 3, 0]),
        Ok(Some(vec![3, 0]))
    );
}

#[test]
fn a_body_is_of_a_type_to_the_last_byte_only() {
    let refused = |type_name, source| BodyError::Decode { type_name, source };
    let left_over = |bytes| bare::Error::LeftOver { bytes };
    assert_eq!(decode_body::<()>(b"x"), Err(refused("()", left_over(1))));
    assert_eq!(decode_body::<u8>(b"xyz"), Err(refused("u8", left_over(2))));
    let end = bare::Error::UnexpectedEnd { needed: 8, left: 3 };
    assert_eq!(decode_body::<u64>(b"xyz"), Err(refused("u64", end)));
}

#[test]
fn a_message_without_a_form_is_named() {
    #[derive(Serialize, Deserialize)]
    struct Sparse {
        #[serde(skip_serializing_if = "Option::is_none")]
        note: Option<u8>,
    }

    let mut buffer = b"before".to_vec();
    let error = encode_body(&Sparse { note: None }, &mut buffer).unwrap_err();
    assert!(
        error.to_string().ends_with("Sparse` can't be written"),
        "{error}"
    );
    let BodyError::Encode { source, .. } = error else {
        panic!("{error}");
    };
    assert_eq!(source, bare::Error::SkippedField("note"));
    assert_eq!(buffer, b"before");
}

#[test]
fn an_address_can_be_sent() {
    let route = route!["a", Address::new(TransportType::TCP, "b:4000")];
    let body = encoded(&route);
    assert_eq!(body, b"\x02\x00\x01a\x01\x06b:4000");
    assert_eq!(decode_body::<Route>(&body), Ok(route));
}

fn name<M: DeserializeOwned + 'static>() -> &'static str {
    Shape::of::<M>().name().unwrap_or("none")
}

#[test]
fn every_shape_has_a_name() {
    #[derive(Serialize, Deserialize)]
    struct Unit;
    #[derive(Serialize, Deserialize)]
    struct Newtype(u8);
    #[derive(Serialize, Deserialize)]
    struct Tuple(u8, u8);
    #[derive(Serialize, Deserialize)]
    struct Struct<T> {
        inner: T,
    }
    #[derive(Serialize, Deserialize)]
    enum Enum {
        Variant,
    }
    #[derive(Serialize, Deserialize)]
    struct Recursive(Vec<Recursive>);

    assert_eq!(name::<Unit>(), "Unit");
    assert_eq!(name::<Newtype>(), "Newtype");
    assert_eq!(name::<Tuple>(), "Tuple");
    assert_eq!(name::<Struct<u8>>(), "Struct");
    assert_eq!(name::<Enum>(), "Enum");
    assert_eq!(name::<Box<Enum>>(), "Enum");
    assert_eq!(name::<Recursive>(), "Recursive");
    assert_eq!(name::<Duration>(), "Duration");
    assert_eq!(name::<()>(), "unit");
    assert_eq!(name::<(u64, Enum)>(), "tuple2<u64>");
    assert_eq!(name::<[Enum; 3]>(), "tuple3<Enum>");
    assert_eq!(name::<Option<Vec<Enum>>>(), "option<list<Enum>>");
    assert_eq!(name::<HashMap<String, Enum>>(), "map<string>");
    assert_eq!(name::<BTreeMap<i128, Enum>>(), "map<i128>");
}

#[test]
fn a_type_that_asks_for_nothing_has_no_name_and_ends() {
    #[derive(Serialize)]
    struct Silent;

    impl<'de> Deserialize<'de> for Silent {
        fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
            Ok(Self)
        }
    }

    #[derive(Serialize, Deserialize)]
    #[serde(untagged)]
    enum Untagged {
        Number(u8),
    }

    assert_eq!(name::<Silent>(), "none");
    assert_eq!(name::<Vec<Silent>>(), "none");
    assert_eq!(name::<Untagged>(), "none");
}
