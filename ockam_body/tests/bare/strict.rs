//! Every value has one form, and only types whose form says where they end are written.

use std::collections::BTreeMap;
use std::fmt::Debug;

use ockam_body::bare::{self, Error};
use serde::de::DeserializeOwned;
use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Deserialize, Serialize, Serializer};

#[derive(PartialEq, Debug, Deserialize)]
enum Answer {
    #[allow(dead_code)]
    Yes,
    #[allow(dead_code)]
    No,
}

#[track_caller]
fn refused<T: DeserializeOwned + PartialEq + Debug>(bytes: &[u8], error: Error) {
    assert_eq!(bare::from_slice::<T>(bytes), Err(error));
}

fn end(needed: u64, left: usize) -> Error {
    Error::UnexpectedEnd { needed, left }
}

#[test]
fn other_forms_are_refused() {
    refused::<bool>(&[2], Error::Bool(2));
    refused::<Option<()>>(&[2], Error::OptionMark(2));
    refused::<Option<u8>>(&[255, 1], Error::OptionMark(255));
    refused::<char>(&[0, 0xd8, 0, 0], Error::Char(0xd800));
    refused::<char>(&[0, 0, 0x11, 0], Error::Char(0x11_0000));
    refused::<String>(&[2, 0xc3, 0x28], Error::Utf8);
    refused::<String>(&[0x80, 0x00], Error::Varint);
    refused::<Vec<u8>>(&[0x81, 0x00, 7], Error::Varint);
    refused::<Answer>(&[0x80, 0x00], Error::Varint);
    refused::<Answer>(&[0x80, 0x80, 0x80, 0x80, 0x10], Error::Variant(1 << 32));
    refused::<u8>(&[1, 2, 3], Error::LeftOver { bytes: 2 });
    refused::<()>(&[0], Error::LeftOver { bytes: 1 });
}

#[test]
fn an_unknown_variant_is_named() {
    let error = bare::from_slice::<Answer>(&[2]).unwrap_err();
    let text = error.to_string();
    assert!(text.contains("variant") && text.contains('2'), "{text}");
}

#[test]
fn cut_values_are_refused() {
    refused::<u64>(&[1, 2, 3], end(8, 3));
    refused::<bool>(&[], end(1, 0));
    refused::<String>(b"\x05hell", end(5, 4));
    refused::<String>(&[0x80], end(1, 0));
    refused::<Option<u8>>(&[1], end(1, 0));
    refused::<Vec<u32>>(&[1, 0, 0, 0], end(4, 3));
    refused::<BTreeMap<u8, u8>>(&[1, 1], end(1, 0));
    refused::<Answer>(&[], end(1, 0));
}

#[derive(PartialEq, Debug, Serialize, Deserialize)]
#[serde(untagged)]
enum Untagged {
    Number(u8),
}

#[derive(PartialEq, Debug, Serialize, Deserialize)]
struct Flat {
    #[serde(flatten)]
    inner: BTreeMap<String, u8>,
}

#[test]
fn types_that_look_at_what_comes_are_refused() {
    refused::<Untagged>(&[1], Error::NotSelfDescribing);
    let flat = Flat {
        inner: BTreeMap::new(),
    };
    assert_eq!(bare::to_vec(&flat), Err(Error::UnknownLength));
}

#[derive(Serialize)]
struct Sparse {
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<u8>,
}

#[test]
fn a_field_that_is_left_out_is_refused() {
    assert_eq!(bare::to_vec(&Sparse { note: Some(1) }), Ok(vec![1, 1]));
    let error = Error::SkippedField("note");
    assert_eq!(bare::to_vec(&Sparse { note: None }), Err(error));
}

/// Announces one number of elements and writes another.
struct Liar {
    announced: Option<usize>,
    written: usize,
    map: bool,
}

impl Serialize for Liar {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.map {
            let mut map = serializer.serialize_map(self.announced)?;
            (0..self.written).try_for_each(|key| map.serialize_entry(&key, &0_u8))?;
            return map.end();
        }
        let mut seq = serializer.serialize_seq(self.announced)?;
        (0..self.written).try_for_each(|_| seq.serialize_element(&0_u8))?;
        seq.end()
    }
}

#[test]
fn a_wrong_length_is_refused() {
    for map in [false, true] {
        let write = |announced, written| {
            let liar = Liar {
                announced,
                written,
                map,
            };
            bare::to_vec(&liar).map(drop)
        };
        assert_eq!(write(Some(2), 2), Ok(()));
        assert_eq!(write(Some(2), 1), Err(Error::WrongLength));
        assert_eq!(write(Some(2), 3), Err(Error::WrongLength));
        assert_eq!(write(None, 0), Err(Error::UnknownLength));
    }
}

#[test]
fn a_refused_value_leaves_the_buffer_as_it_was() {
    let mut buffer = b"before".to_vec();
    let value = ("written", Sparse { note: None });
    assert!(bare::append(&value, &mut buffer).is_err());
    assert_eq!(buffer, b"before");
}
