//! The members of the family. All structs are called `S` and all enums `E`, so that their names tell nothing.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::num::NonZeroU8;

use serde::{Deserialize, Serialize};

use super::random::{Random, Source};
use super::{HIDDEN, Kind};

/// A struct or enum in a module of its own, with its random values.
macro_rules! member {
    ($module:ident: #[$($serde:tt)*] struct S<T> { $($(#[$attribute:meta])* $field:ident: $type:ty,)* }) => {
        mod $module {
            use super::*;
            #[derive(Serialize, Deserialize, Debug, Clone)]
            #[allow(dead_code)]
            #[$($serde)*]
            pub(super) struct S<T> { $($(#[$attribute])* $field: $type,)* }
            impl<T: Random> Random for S<T> {
                fn random(source: &mut Source) -> Self {
                    Self { $($field: <$type>::random(source),)* }
                }
            }
        }
    };
    ($module:ident: #[$($serde:tt)*] struct S<T>($($(#[$attribute:meta])* $type:ty,)*)) => {
        mod $module {
            use super::*;
            #[derive(Serialize, Deserialize, Debug, Clone)]
            #[allow(dead_code)]
            #[$($serde)*]
            pub(super) struct S<T>($($(#[$attribute])* $type,)*);
            impl<T: Random> Random for S<T> {
                fn random(source: &mut Source) -> Self {
                    Self($(<$type>::random(source),)*)
                }
            }
        }
    };
    ($module:ident: #[$($serde:tt)*] enum E<T> { $($(#[$attribute:meta])* $variant:ident $(($($type:ty),*))?,)* }) => {
        mod $module {
            use super::*;
            #[derive(Serialize, Deserialize, Debug, Clone)]
            #[allow(dead_code)]
            #[$($serde)*]
            pub(super) enum E<T> { $($(#[$attribute])* $variant $(($($type),*))?,)* }
            impl<T: Random> Random for E<T> {
                fn random(source: &mut Source) -> Self {
                    let variants: Vec<fn(&mut Source) -> Self> = vec![
                        $(|_source| Self::$variant $(($(<$type>::random(_source)),*))?,)*
                    ];
                    let chosen = source.below(variants.len() as u64) as usize;
                    variants[chosen](source)
                }
            }
        }
    };
}

member!(plain: #[serde()] struct S<T> { a: u8, b: T, c: u32, });
member!(reordered: #[serde()] struct S<T> { b: T, a: u8, c: u32, });
member!(renamed: #[serde()] struct S<T> { a: u8, #[serde(rename = "x")] b: T, c: u32, });
member!(signed: #[serde()] struct S<T> { a: i8, b: T, c: u32, });
member!(shorter: #[serde()] struct S<T> { a: u8, b: T, });
member!(longer: #[serde()] struct S<T> { a: u8, b: T, c: u32, d: Option<u8>, });
member!(aliased: #[serde()] struct S<T> { a: u8, #[serde(alias = "x", alias = "aa")] b: T, c: u32, });
member!(defaulted: #[serde()] struct S<T> { #[serde(default)] a: u8, b: T, #[serde(default)] c: u32, });
member!(cased: #[serde(rename_all = "UPPERCASE")] struct S<T> { a: u8, b: T, c: u32, });
member!(strict: #[serde(deny_unknown_fields)] struct S<T> { a: u8, b: T, c: u32, });
member!(skipped: #[serde()] struct S<T> { #[serde(skip)] a: Hidden, b: T, c: u32, });
member!(not_written: #[serde()] struct S<T> { #[serde(skip_serializing, default)] a: u8, b: T, c: u32, });
member!(not_read: #[serde()] struct S<T> { a: u8, #[serde(skip_deserializing)] c: Hidden, b: T, });
member!(exchanged: #[serde()] struct S<T> {
    #[serde(skip_serializing, default)] a: u8, #[serde(skip_deserializing)] c: Hidden, b: T,
});
member!(sometimes: #[serde()] struct S<T> {
    #[serde(skip_serializing_if = "Option::is_none", default)] a: Option<u8>, b: T,
});
member!(two_names: #[serde()] struct S<T> {
    #[serde(rename(serialize = "x", deserialize = "y"))] a: u8, b: T,
});
member!(flat: #[serde()] struct S<T> { a: u8, #[serde(flatten)] b: BTreeMap<u8, u8>, c: T, });
member!(boxed: #[serde()] struct S<T> { a: Box<u8>, b: Box<T>, c: u32, });
member!(checked: #[serde()] struct S<T> { a: NonZeroU8, b: T, c: u32, });
member!(with_text: #[serde()] struct S<T> { #[serde(with = "as_text")] a: u32, b: T, });
member!(text_out: #[serde()] struct S<T> { #[serde(serialize_with = "as_text::serialize")] a: u32, b: T, });
member!(picky: #[serde()] struct S<T> { a: Picky, b: T, c: u32, });
member!(in_tuple: #[serde()] struct S<T>(u8, T, u32,));
member!(tuple_skipped: #[serde()] struct S<T>(u8, #[serde(skip)] Hidden, T,));
member!(tuple_not_read: #[serde()] struct S<T>(u8, #[serde(skip_deserializing)] Hidden, T,));
member!(newtype: #[serde()] struct S<T>(T,));
member!(transparent: #[serde(transparent)] struct S<T>(T,));
member!(chosen: #[serde()] enum E<T> { A, B(T), C(u8, T), });
member!(swapped: #[serde()] enum E<T> { B(T), A, C(u8, T), });
member!(extended: #[serde()] enum E<T> { A, Z, B(T), C(u8, T), });
member!(hidden: #[serde()] enum E<T> { A, #[serde(skip)] X(T), B(T), C(u8, T), });
member!(unread: #[serde()] enum E<T> { A, #[serde(skip_deserializing)] X(T), B(T), C(u8, T), });
member!(unwritten: #[serde()] enum E<T> { A, #[serde(skip_serializing)] X(T), B(T), C(u8, T), });
member!(otherwise: #[serde()] enum E<T> { A, B(T), C(u8, T), #[serde(other)] D, });
member!(nicknamed: #[serde()] enum E<T> { A, #[serde(alias = "AA", alias = "Z")] B(T), C(u8, T), });
member!(hidden_and_nicknamed: #[serde()] enum E<T> {
    A, #[serde(skip)] X(T), #[serde(alias = "Bb", alias = "C2")] B(T), C(u8, T),
});
member!(packed: #[serde()] enum E<T> { A, B(T), C((u8, T)), });
member!(tagged: #[serde(tag = "t")] enum E<T> { A, B(S1<T>), });
member!(adjacent: #[serde(tag = "t", content = "c")] enum E<T> { A, B(T), });
member!(untagged: #[serde(untagged)] enum E<T> { A, B(T), });
member!(last_untagged: #[serde()] enum E<T> { A, B(u8), #[serde(untagged)] C(T), });

use newtype::S as S1;

mod as_text {
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

    pub(super) fn serialize<S: Serializer>(number: &u32, serializer: S) -> Result<S::Ok, S::Error> {
        number.to_string().serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

/// What is not read stays out of the comparison.
#[derive(Serialize, Deserialize, Clone, Default)]
struct Hidden(u8);

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(HIDDEN)
    }
}

impl Random for Hidden {
    fn random(source: &mut Source) -> Self {
        Self(u8::random(source))
    }
}

/// Is made of a number that no probe guesses.
#[derive(Serialize, Deserialize, Debug, Clone)]
#[serde(try_from = "u64", into = "u64")]
struct Picky(u64);

impl TryFrom<u64> for Picky {
    type Error = &'static str;

    fn try_from(number: u64) -> Result<Self, Self::Error> {
        match number {
            few if few < 1_000 => Err("too few"),
            many => Ok(Self(many)),
        }
    }
}

impl From<Picky> for u64 {
    fn from(picky: Picky) -> Self {
        picky.0
    }
}

impl Random for Picky {
    fn random(source: &mut Source) -> Self {
        Self(1_000 + source.below(1_000))
    }
}

/// Contains itself.
#[derive(Serialize, Deserialize, Debug, Clone)]
struct Tree<T> {
    value: T,
    branches: Vec<Tree<T>>,
}

impl<T: Random> Random for Tree<T> {
    fn random(source: &mut Source) -> Self {
        let value = T::random(source);
        let count = source.below(5).saturating_sub(3);
        let branches = (0..count).map(|_| Self::random(source)).collect();
        Self { value, branches }
    }
}

impl<T: Random> Random for VecDeque<T> {
    fn random(source: &mut Source) -> Self {
        Vec::random(source).into()
    }
}

macro_rules! of {
    ($kinds:ident: $parameter:ty => $($member:ident::$type:ident)*) => {
        $kinds.extend([$(Kind::of::<$member::$type<$parameter>>()),*]);
    };
}

macro_rules! each_of {
    ($kinds:ident: $($parameter:ty),*) => {
        $(of! { $kinds: $parameter =>
            plain::S reordered::S renamed::S signed::S shorter::S longer::S aliased::S defaulted::S cased::S
            strict::S skipped::S not_written::S not_read::S exchanged::S sometimes::S two_names::S flat::S
            boxed::S checked::S with_text::S text_out::S picky::S in_tuple::S tuple_skipped::S
            tuple_not_read::S newtype::S transparent::S chosen::E swapped::E extended::E hidden::E unread::E
            unwritten::E otherwise::E nicknamed::E hidden_and_nicknamed::E packed::E tagged::E
            adjacent::E untagged::E last_untagged::E
        })*
    };
}

/// Returns the family: each struct and enum of several parameters, which are members themselves.
pub(crate) fn family() -> Vec<Kind> {
    let mut kinds = Vec::new();
    each_of! { kinds: u8, i8, Option<plain::S<hidden::E<u8>>>, (Picky, u32), (Picky, i32) }
    of! { kinds: Tree<chosen::E<u8>> => plain::S newtype::S chosen::E }
    of! { kinds: Tree<swapped::E<u8>> => plain::S newtype::S chosen::E }
    of! { kinds: BTreeMap<u8, aliased::S<i8>> => plain::S newtype::S hidden::E }
    of! { kinds: Result<u8, String> => plain::S newtype::S }
    of! { kinds: Result<i8, String> => plain::S newtype::S }
    of! { kinds: [u8; 3] => plain::S newtype::S }
    of! { kinds: (u8, (u8, u8)) => plain::S newtype::S }
    kinds.extend([
        Kind::of::<Vec<u8>>(),
        Kind::of::<VecDeque<u8>>(),
        Kind::of::<VecDeque<i8>>(),
        Kind::of::<Vec<VecDeque<u8>>>(),
        Kind::of::<(u8, bool)>(),
        Kind::of::<()>(),
        Kind::of::<u64>(),
        Kind::of::<i64>(),
        Kind::of::<String>(),
    ]);
    kinds
}
