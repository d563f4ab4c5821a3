//! Which types share a fingerprint.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::num::NonZeroU32;

use serde::{Deserialize, Serialize};

use super::fingerprint;

macro_rules! modules {
    ($($name:ident { $($item:item)* })*) => {
        $(mod $name {
            use super::*;
            $(#[derive(Serialize, Deserialize)] #[allow(dead_code)] $item)*
        })*
    };
}

modules! {
    base { pub(super) struct T { a: u8, b: Option<String> } }
    same { pub(super) struct T { a: u8, b: Option<String> } }
    boxed { pub(super) struct T { a: Box<u8>, b: Box<Option<std::borrow::Cow<'static, str>>> } }
    renamed_field { pub(super) struct T { a: u8, c: Option<String> } }
    reordered { pub(super) struct T { b: Option<String>, a: u8 } }
    other_type { pub(super) struct T { a: i8, b: Option<String> } }
    other_inner { pub(super) struct T { a: u8, b: Option<Vec<u8>> } }
    fewer { pub(super) struct T { a: u8 } }
    more { pub(super) struct T { a: u8, b: Option<String>, c: () } }
    a_tuple { pub(super) struct T(u8, Option<String>); }
    an_enum { pub(super) enum T { A, B } }
    more_variants { pub(super) enum T { A, B, C } }
    swapped { pub(super) enum T { B, A } }
    with_content { pub(super) enum T { A, B(u8) } }
    with_unit { pub(super) enum T { A, B(()) } }
    with_tuple { pub(super) enum T { A, B(u8, u8) } }
    with_packed { pub(super) enum T { A, B((u8, u8)) } }
    with_fields { pub(super) enum T { A, B { x: u8, y: u8 } } }
    unit { pub(super) struct T; }
    newtype { pub(super) struct T(u8); }
}

#[test]
fn what_differs_has_fingerprints_that_differ() {
    let fingerprints = [
        fingerprint::<base::T>(),
        fingerprint::<renamed_field::T>(),
        fingerprint::<reordered::T>(),
        fingerprint::<other_type::T>(),
        fingerprint::<other_inner::T>(),
        fingerprint::<fewer::T>(),
        fingerprint::<more::T>(),
        fingerprint::<a_tuple::T>(),
        fingerprint::<an_enum::T>(),
        fingerprint::<more_variants::T>(),
        fingerprint::<swapped::T>(),
        fingerprint::<with_content::T>(),
        fingerprint::<with_unit::T>(),
        fingerprint::<with_tuple::T>(),
        fingerprint::<with_packed::T>(),
        fingerprint::<with_fields::T>(),
        fingerprint::<unit::T>(),
        fingerprint::<newtype::T>(),
        fingerprint::<()>(),
        fingerprint::<u8>(),
        fingerprint::<(u8, u8)>(),
        fingerprint::<[u8; 3]>(),
        fingerprint::<Vec<u8>>(),
        fingerprint::<VecDeque<u8>>(),
        fingerprint::<Vec<(u8, u8)>>(),
        fingerprint::<HashMap<u8, u8>>(),
        fingerprint::<HashMap<u8, i8>>(),
        fingerprint::<Option<u8>>(),
        fingerprint::<Option<Option<u8>>>(),
        fingerprint::<Result<u8, i8>>(),
        fingerprint::<Result<i8, u8>>(),
    ];
    let different: BTreeSet<u64> = fingerprints.into();
    assert_eq!(different.len(), fingerprints.len());
}

#[test]
fn what_serde_reads_alike_has_one_fingerprint() {
    assert_eq!(fingerprint::<base::T>(), fingerprint::<same::T>());
    assert_eq!(fingerprint::<base::T>(), fingerprint::<boxed::T>());
    assert_eq!(fingerprint::<u32>(), fingerprint::<NonZeroU32>());
    assert_eq!(fingerprint::<String>(), fingerprint::<std::path::PathBuf>());
    assert_eq!(fingerprint::<u64>(), fingerprint::<usize>());
    assert_eq!(
        fingerprint::<HashMap<u8, Vec<u8>>>(),
        fingerprint::<BTreeMap<u8, BTreeSet<u8>>>()
    );
}

#[derive(Serialize, Deserialize)]
struct Pair<A, B> {
    one: A,
    other: B,
}

#[test]
fn parameters_count_wherever_they_stand() {
    assert_eq!(
        fingerprint::<Pair<base::T, same::T>>(),
        fingerprint::<Pair<same::T, same::T>>()
    );
    let nested = [
        fingerprint::<Pair<base::T, fewer::T>>(),
        fingerprint::<Pair<fewer::T, base::T>>(),
        fingerprint::<Pair<base::T, base::T>>(),
        fingerprint::<(Pair<u8, u8>, Pair<u8, u8>, Pair<u8, i8>)>(),
        fingerprint::<(Pair<u8, u8>, Pair<u8, i8>, Pair<u8, i8>)>(),
        fingerprint::<Pair<Pair<u8, i8>, u8>>(),
        fingerprint::<Pair<Pair<i8, u8>, u8>>(),
    ];
    let different: BTreeSet<u64> = nested.into();
    assert_eq!(different.len(), nested.len());
}

/// Types that contain themselves and each other.
#[derive(Serialize, Deserialize)]
enum Expr<T> {
    Number(T),
    Sum(Box<Expr<T>>, Box<Expr<T>>),
    Call(Call<T>),
}

#[derive(Serialize, Deserialize)]
struct Call<T> {
    arguments: Vec<Expr<T>>,
    or: Option<Box<Call<T>>>,
}

#[test]
fn recursive_types_end() {
    assert_eq!(fingerprint::<Expr<u8>>(), fingerprint::<Expr<u8>>());
    assert_ne!(fingerprint::<Expr<u8>>(), fingerprint::<Expr<i8>>());
    assert_ne!(fingerprint::<Expr<u8>>(), fingerprint::<Call<u8>>());
    let within = [
        fingerprint::<Vec<(u8, HashMap<String, Expr<u8>>)>>(),
        fingerprint::<Vec<(u8, HashMap<String, Expr<i8>>)>>(),
    ];
    assert_ne!(within[0], within[1]);
    assert_ne!(
        fingerprint::<(Call<u8>, Expr<i8>)>(),
        fingerprint::<(Call<u8>, Expr<u8>)>()
    );
}

/// Each level doubles what a tree of it would hold.
macro_rules! doubled {
    ($($outer:ident($inner:ty),)*) => {
        $(#[derive(Serialize, Deserialize)]
        #[serde(transparent)]
        struct $outer(($inner, $inner));)*
    };
}

doubled! {
    D1(u8), D2(D1), D3(D2), D4(D3), D5(D4), D6(D5), D7(D6), D8(D7), D9(D8), D10(D9),
}

#[test]
fn a_type_is_looked_at_once_however_often_it_is_used() {
    fingerprint::<(D10, D10)>();
    fingerprint::<[[[u8; 32]; 32]; 32]>();
}

#[test]
fn a_shape_is_found_by_its_fingerprint() {
    let shape = ockam_body::Shape::of::<Box<base::T>>();
    let found = ockam_body::Shape::known(shape.fingerprint().unwrap()).unwrap();
    assert_eq!(found.description(), shape.description());
    assert!(ockam_body::Shape::known(7).is_none());
}
