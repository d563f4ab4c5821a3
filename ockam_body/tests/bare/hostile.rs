//! Bytes that were made to cost memory, time or the stack.

use std::collections::HashMap;
use std::fmt::Debug;
use std::time::{Duration, Instant};

use ockam_body::bare::{self, Error, MAX_DEPTH, MAX_EMPTY_ELEMENTS};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// The longest body that a frame can hold, more or less.
const LONG: usize = 16 * 1024 * 1024;

#[derive(PartialEq, Debug, Serialize, Deserialize)]
enum Tree {
    Leaf,
    Node(Box<Tree>),
    Fork(Box<Tree>, Box<Tree>),
    List(Vec<Tree>),
    Maybe { next: Option<Box<Tree>> },
}

/// Reads what has to be refused, in a time that no loop over announced lengths would keep.
#[track_caller]
fn refused<T: DeserializeOwned + PartialEq + Debug>(bytes: &[u8], error: Error) {
    let start = Instant::now();
    assert_eq!(bare::from_slice::<T>(bytes).err(), Some(error));
    assert!(start.elapsed() < Duration::from_secs(10));
}

/// The largest length that five bytes announce, and what follows it.
fn announced(rest: &[u8]) -> Vec<u8> {
    [&[0xff, 0xff, 0xff, 0xff, 0x7f], rest].concat()
}

fn end(left: usize) -> Error {
    let needed = (1 << 35) - 1;
    Error::UnexpectedEnd { needed, left }
}

#[test]
fn a_length_without_bytes_costs_nothing() {
    refused::<String>(&announced(b"x"), end(1));
    refused::<Vec<u8>>(&announced(b"x"), end(1));
    refused::<Vec<u64>>(&announced(b"x"), end(1));
    refused::<Vec<Vec<Vec<u64>>>>(&announced(b"x"), end(1));
    refused::<Vec<()>>(&announced(b""), end(0));
    refused::<HashMap<(), ()>>(&announced(b""), end(0));
    refused::<HashMap<String, String>>(&announced(b""), end(0));
    let most = [[0xff; 9].as_slice(), &[0x01]].concat();
    let needed = u64::MAX;
    refused::<Vec<()>>(&most, Error::UnexpectedEnd { needed, left: 0 });
    refused::<String>(&most, Error::UnexpectedEnd { needed, left: 0 });
}

#[test]
fn elements_without_bytes_are_few() {
    for count in [0, 1, MAX_EMPTY_ELEMENTS] {
        let nothings = vec![(); count];
        let bytes = bare::to_vec(&nothings).unwrap();
        assert_eq!(bare::from_slice(&bytes), Ok(nothings));
    }
    let nothings = vec![(); MAX_EMPTY_ELEMENTS + 1];
    assert_eq!(bare::to_vec(&nothings), Err(Error::TooManyEmptyElements));
    refused::<Vec<()>>(&[0x81, 0x08, 0], Error::TooManyEmptyElements);
    let sixteen = vec![vec![(); 65]; 16];
    assert_eq!(bare::to_vec(&sixteen), Err(Error::TooManyEmptyElements));
    let bytes = [[16].as_slice(), &[65; 16]].concat();
    let left = 0;
    refused::<Vec<Vec<()>>>(&bytes, Error::UnexpectedEnd { needed: 65, left });
}

#[test]
fn parts_without_bytes_are_not_elements() {
    let values = vec![((), 7_u8); 10 * MAX_EMPTY_ELEMENTS];
    let bytes = bare::to_vec(&values).unwrap();
    assert_eq!(bare::from_slice(&bytes), Ok(values));
}

fn nested(depth: usize) -> Tree {
    (1..depth).fold(Tree::Leaf, |tree, _| Tree::Node(tree.into()))
}

#[test]
fn depth_is_bounded_where_it_is_read_and_where_it_is_written() {
    let deepest = nested(MAX_DEPTH);
    let bytes = bare::to_vec(&deepest).unwrap();
    assert_eq!(bare::from_slice(&bytes), Ok(deepest));
    assert_eq!(bare::to_vec(&nested(MAX_DEPTH + 1)), Err(Error::TooDeep));
    refused::<Tree>(&[1; MAX_DEPTH + 1], Error::TooDeep);
}

#[test]
fn no_way_into_the_deep_overflows_a_small_stack() {
    let forms: [&[u8]; 4] = [&[1], &[2], &[3, 1], &[4, 1]];
    let read = move || {
        for form in forms {
            refused::<Tree>(&form.repeat(LONG / 2 / form.len()), Error::TooDeep);
        }
    };
    let small = std::thread::Builder::new().stack_size(512 * 1024);
    small.spawn(read).unwrap().join().unwrap();
}

#[test]
fn memory_is_bounded_where_one_byte_stands_for_much() {
    #[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
    struct Large([[u64; 16]; 16]);

    let count = LONG as u64 - 8;
    let mut nones = bare::to_vec(&Prefix(count)).unwrap();
    nones.resize(LONG, 0);
    refused::<Vec<Option<Large>>>(&nones, Error::TooMuchMemory);
    refused::<Vec<String>>(&nones, Error::TooMuchMemory);
}

/// Boxes are counted by what they point to.
#[test]
fn memory_is_bounded_behind_boxes() {
    #[derive(PartialEq, Debug, Serialize, Deserialize)]
    struct Wide {
        unused: Option<[[u64; 8]; 4]>,
        fork: Option<Box<(Wide, Wide)>>,
    }

    let fork = |inner: Vec<u8>| [[0, 1].as_slice(), &inner, &inner].concat();
    let bytes = (0..19).fold(vec![0, 0], |tree, _| fork(tree));
    refused::<Wide>(&bytes, Error::TooMuchMemory);
}

#[test]
fn the_longest_body_of_short_words_is_not_in_the_way() {
    let words = vec!["eight or".to_string(); LONG / 9];
    let bytes = bare::to_vec(&words).unwrap();
    assert_eq!(bare::from_slice::<Vec<String>>(&bytes), Ok(words));
}

/// A number of variable length, at the front of what is built by hand.
struct Prefix(u64);

impl Serialize for Prefix {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serde_bare::Uint(self.0).serialize(serializer)
    }
}
