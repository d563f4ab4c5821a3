//! What is read as a body is what `serde_bare` reads, and is written as the same bytes.
#![no_main]

use std::collections::BTreeMap;
use std::fmt::Debug;

use libfuzzer_sys::fuzz_target;
use ockam_body::bare;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

#[derive(PartialEq, Debug, Serialize, Deserialize)]
enum Tree {
    Leaf,
    Node(Box<Tree>),
    Fork(Box<Tree>, Box<Tree>),
    List(Vec<Tree>),
    Named {
        text: String,
        next: Option<Box<Tree>>,
    },
}

#[derive(PartialEq, Debug, Serialize, Deserialize)]
struct Everything {
    flag: bool,
    signed: (i8, i16, i32, i64, i128),
    unsigned: (u8, u16, u32, u64, u128),
    letter: char,
    text: String,
    nothing: (),
    bytes: Vec<u8>,
    array: [Option<u16>; 3],
    tree: Tree,
}

fuzz_target!(|body: &[u8]| {
    let Some((&which, body)) = body.split_first() else {
        return;
    };
    match which % 6 {
        0 => same::<Tree>(body),
        1 => same::<Everything>(body),
        2 => same::<Vec<Option<String>>>(body),
        3 => same::<Vec<Vec<()>>>(body),
        4 => same::<Vec<(u64, char, bool)>>(body),
        // Keys may come twice or in another order, so the bytes need not be the same.
        _ => drop(bare::from_slice::<BTreeMap<String, BTreeMap<(), Vec<u8>>>>(
            body,
        )),
    }
});

fn same<T: Serialize + DeserializeOwned + PartialEq + Debug>(body: &[u8]) {
    let Ok(value) = bare::from_slice::<T>(body) else {
        return;
    };
    // What it reads is bounded, because ours has read it.
    let theirs = serde_bare::from_slice::<T>(body).expect("ours is the stricter one");
    assert_eq!(theirs, value);
    assert_eq!(
        bare::to_vec(&value).expect("what was read can be written"),
        body
    );
}
