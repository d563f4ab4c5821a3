//! The name that a type has on the wire.

use std::any::TypeId;
use std::borrow::Cow;
use std::fmt;

use serde_core::Deserializer;
use serde_core::de::{self, DeserializeOwned, DeserializeSeed, MapAccess, SeqAccess, Visitor};

use crate::stack::StackStart;

/// The largest number of types without names of their own that are named by each other's contents.
pub const MAX_NAMED_DEPTH: usize = 64;

/// Returns the name that all nodes of this framework use for bodies of type `M`.
///
/// It is the name of the struct or enum, without its crate and its type parameters. `#[serde(rename =
/// "…")]` sets it. A type without a name, such as a list, is named by its contents. A type whose
/// `Deserialize` asks for any value has no name, and neither has one that is named by its contents for
/// ever, or for more than [`MAX_NAMED_DEPTH`] levels.
///
/// # Examples
///
/// ```
/// use ockam_body::stable_name;
///
/// #[derive(serde::Serialize, serde::Deserialize)]
/// #[serde(rename = "bank.Deposit")]
/// struct Deposit(u64);
///
/// assert_eq!(stable_name::<Deposit>().as_deref(), Some("bank.Deposit"));
/// assert_eq!(stable_name::<Vec<Deposit>>().as_deref(), Some("list<bank.Deposit>"));
/// assert_eq!(stable_name::<String>().as_deref(), Some("string"));
/// ```
pub fn stable_name<M: DeserializeOwned + 'static>() -> Option<Cow<'static, str>> {
    if TypeId::of::<M>() == TypeId::of::<Vec<u8>>() {
        // This type is sent often. Otherwise its name would be created each time.
        return Some("list<u8>".into());
    }
    match M::deserialize(Probe::new()) {
        Err(TypeName::Name(name)) => Some(name),
        Ok(_) | Err(TypeName::Unnamed) => None,
    }
}

/// The error that ends the deserialisation at its first call, with the name of the type that was asked
/// for.
#[derive(Debug)]
enum TypeName {
    Name(Cow<'static, str>),
    Unnamed,
}

impl TypeName {
    /// Adds the name of the outer type, which is known only by its contents.
    fn within(self, outer: &str) -> Self {
        match self {
            Self::Name(inner) => Self::Name(format!("{outer}<{inner}>").into()),
            Self::Unnamed => self,
        }
    }
}

impl fmt::Display for TypeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name is all that is wanted")
    }
}

impl std::error::Error for TypeName {}

impl de::Error for TypeName {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self::Unnamed
    }
}

/// A deserializer without data, which learns what type is asked for.
#[derive(Clone, Copy)]
struct Probe {
    /// The number of further contents that may be asked for their names.
    depth: usize,
    start: StackStart,
}

impl Probe {
    fn new() -> Self {
        Self {
            depth: MAX_NAMED_DEPTH,
            start: StackStart::here(),
        }
    }

    /// Returns the probe for the contents. A type may be its own contents: `struct Tree(Vec<Tree>)`, if it
    /// is transparent.
    fn inner(self) -> Result<Self, TypeName> {
        let depth = self.depth.checked_sub(1);
        let depth = depth.filter(|_| !self.start.is_far());
        let depth = depth.ok_or(TypeName::Unnamed)?;
        Ok(Self { depth, ..self })
    }
}

macro_rules! plain {
    ($($method:ident: $name:literal,)*) => {
        $(fn $method<V: Visitor<'de>>(self, _: V) -> Result<V::Value, TypeName> {
            Err(TypeName::Name($name.into()))
        })*
    };
}

macro_rules! named {
    ($($method:ident($($argument:ty),*);)*) => {
        $(fn $method<V: Visitor<'de>>(
            self,
            name: &'static str,
            $(_: $argument,)*
            _: V,
        ) -> Result<V::Value, TypeName> {
            Err(TypeName::Name(name.into()))
        })*
    };
}

macro_rules! unnamed {
    ($($method:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, _: V) -> Result<V::Value, TypeName> {
            Err(TypeName::Unnamed)
        })*
    };
}

impl<'de> Deserializer<'de> for Probe {
    type Error = TypeName;

    plain! {
        deserialize_bool: "bool",
        deserialize_i8: "i8",
        deserialize_i16: "i16",
        deserialize_i32: "i32",
        deserialize_i64: "i64",
        deserialize_i128: "i128",
        deserialize_u8: "u8",
        deserialize_u16: "u16",
        deserialize_u32: "u32",
        deserialize_u64: "u64",
        deserialize_u128: "u128",
        deserialize_f32: "f32",
        deserialize_f64: "f64",
        deserialize_char: "char",
        deserialize_str: "string",
        deserialize_string: "string",
        deserialize_bytes: "bytes",
        deserialize_byte_buf: "bytes",
        deserialize_unit: "unit",
    }

    named! {
        deserialize_unit_struct();
        deserialize_newtype_struct();
        deserialize_tuple_struct(usize);
        deserialize_struct(&'static [&'static str]);
        deserialize_enum(&'static [&'static str]);
    }

    unnamed! {
        deserialize_identifier
        deserialize_any
        deserialize_ignored_any
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, TypeName> {
        visitor
            .visit_some(self.inner()?)
            .map_err(|inner| inner.within("option"))
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, TypeName> {
        visitor
            .visit_seq(First::of(self.inner()?))
            .map_err(|element| element.within("list"))
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, TypeName> {
        visitor
            .visit_map(First::of(self.inner()?))
            .map_err(|key| key.within("map"))
    }

    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, TypeName> {
        visitor
            .visit_seq(First::of(self.inner()?))
            .map_err(|first| first.within(&format!("tuple{length}")))
    }
}

/// The first element of a sequence, or the first key of a map. Its name is enough, so the others are
/// not asked for.
struct First {
    probe: Option<Probe>,
}

impl First {
    fn of(probe: Probe) -> Self {
        Self { probe: Some(probe) }
    }

    fn take<'de, T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, TypeName> {
        let first = self.probe.take();
        first.map(|probe| seed.deserialize(probe)).transpose()
    }
}

impl<'de> SeqAccess<'de> for First {
    type Error = TypeName;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, TypeName> {
        self.take(seed)
    }
}

impl<'de> MapAccess<'de> for First {
    type Error = TypeName;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, TypeName> {
        self.take(seed)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, _: V) -> Result<V::Value, TypeName> {
        // The key has ended the deserialisation.
        Err(TypeName::Unnamed)
    }
}
