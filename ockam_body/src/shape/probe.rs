//! A deserializer without data. It is led to a part of a type, and notes what that part asks for.

use std::any::type_name;

use serde_core::Deserializer;
use serde_core::de::Visitor;

use super::accesses::{Entry, Items, Variant};
use super::node::Kind;
use super::pass::{Found, Label, Offer, Pass, Probe, Step, Stop, Task, Wanted};
use super::tables;

/// How deep the values that a probe makes may be.
const MAX_VALUE_DEPTH: usize = 64;

impl<'p, 'a> Probe<'p, 'a> {
    /// Meets a type that asks for something.
    pub(super) fn meet<'de, V: Visitor<'de>>(
        self,
        found: Found,
        visitor: V,
    ) -> Result<V::Value, Stop> {
        *self.pass.calls_left = self.pass.calls_left.checked_sub(1).ok_or(Stop)?;
        if self.pass.start.is_far() {
            return Err(Stop);
        }
        let found = Found {
            visitor: Some(typeid::of::<V>()),
            rust_name: type_name::<V::Value>(),
            ..found
        };
        match self.task {
            Task::Seek([]) if self.pass.wanted == Wanted::Itself => {
                self.pass.found.push(found);
                Err(Stop)
            }
            Task::Seek([]) => {
                let visited = visitor.visit_seq(Items::noting(&mut *self.pass, found.size()));
                self.pass.is_complete = visited.is_ok();
                visited
            }
            Task::Seek([step, path @ ..]) => self.pass_on(found.kind, *step, path, visitor),
            Task::Note => {
                self.pass.found.push(found);
                let offer = Offer::new(self.pass.attempt);
                value(self.pass, found, offer, visitor)
            }
            Task::Value(offer) if offer.depth < MAX_VALUE_DEPTH => {
                value(self.pass, found, offer, visitor)
            }
            Task::Value(_) => Err(Stop),
        }
    }

    /// Follows a step of the path.
    fn pass_on<'de, V: Visitor<'de>>(
        self,
        kind: Kind,
        step: Step,
        path: &'p [Step],
        visitor: V,
    ) -> Result<V::Value, Stop> {
        let pass = self.pass;
        match step {
            Step::Inner if kind == Kind::Option => {
                visitor.visit_some(Probe::new(pass, Task::Seek(path)))
            }
            Step::Inner => visitor.visit_newtype_struct(Probe::new(pass, Task::Seek(path))),
            Step::Item { index, attempt } => {
                visitor.visit_seq(Items::up_to(pass, index, attempt, path))
            }
            Step::Key | Step::Value { .. } | Step::Field(_) => {
                visitor.visit_map(Entry::new(pass, step, path))
            }
            Step::Variant(label) => visitor.visit_enum(Variant::new(pass, label, Task::Seek(path))),
        }
    }
}

/// Makes a value.
fn value<'de, V: Visitor<'de>>(
    pass: &mut Pass<'_>,
    of: Found,
    offer: Offer,
    visitor: V,
) -> Result<V::Value, Stop> {
    let attempt = offer.attempt;
    let (number, text) = (tables::number(attempt), tables::text(attempt));
    let (within, few) = (offer.within(), usize::from(tables::is_filled(attempt)));
    match of.kind {
        Kind::Bool => visitor.visit_bool(number % 2 == 1),
        Kind::I8 => visitor.visit_i8(number as i8),
        Kind::I16 => visitor.visit_i16(number.into()),
        Kind::I32 => visitor.visit_i32(number.into()),
        Kind::I64 => visitor.visit_i64(number.into()),
        Kind::I128 => visitor.visit_i128(number.into()),
        Kind::U8 => visitor.visit_u8(number),
        Kind::U16 => visitor.visit_u16(number.into()),
        Kind::U32 => visitor.visit_u32(number.into()),
        Kind::U64 => visitor.visit_u64(number.into()),
        Kind::U128 => visitor.visit_u128(number.into()),
        Kind::F32 => visitor.visit_f32(number.into()),
        Kind::F64 => visitor.visit_f64(number.into()),
        Kind::Char => visitor.visit_char('a'),
        Kind::Text => visitor.visit_str(text),
        Kind::Bytes => visitor.visit_bytes(text.as_bytes()),
        Kind::Unit | Kind::UnitStruct => visitor.visit_unit(),
        Kind::Option => visitor.visit_none(),
        Kind::List => visitor.visit_seq(Items::values(pass, few, within)),
        Kind::Map => visitor.visit_map(Entry::values(pass, few, within)),
        Kind::NewtypeStruct => visitor.visit_newtype_struct(Probe::new(pass, Task::Value(within))),
        Kind::Tuple | Kind::TupleStruct | Kind::Struct => {
            visitor.visit_seq(Items::values(pass, of.size(), within))
        }
        Kind::Enum => {
            let index = attempt % of.names.len().max(1);
            let label = Label::Index(index);
            visitor.visit_enum(Variant::new(pass, label, Task::Value(within)))
        }
        Kind::Unknown | Kind::SelfDescribing | Kind::RawBytes => Err(Stop),
    }
}

macro_rules! meets {
    ($($method:ident: $kind:ident $(($($argument:ident: $type:ty => $field:ident),*))?;)*) => {
        $(fn $method<V: Visitor<'de>>(
            self,
            $($($argument: $type,)*)?
            visitor: V,
        ) -> Result<V::Value, Stop> {
            let found = Found {
                $($($field: $argument,)*)?
                ..Found::new(Kind::$kind)
            };
            self.meet(found, visitor)
        })*
    };
}

impl<'de> Deserializer<'de> for Probe<'_, '_> {
    type Error = Stop;

    meets! {
        deserialize_bool: Bool;
        deserialize_i8: I8;
        deserialize_i16: I16;
        deserialize_i32: I32;
        deserialize_i64: I64;
        deserialize_i128: I128;
        deserialize_u8: U8;
        deserialize_u16: U16;
        deserialize_u32: U32;
        deserialize_u64: U64;
        deserialize_u128: U128;
        deserialize_f32: F32;
        deserialize_f64: F64;
        deserialize_char: Char;
        deserialize_str: Text;
        deserialize_string: Text;
        deserialize_bytes: Bytes;
        deserialize_byte_buf: Bytes;
        deserialize_unit: Unit;
        deserialize_option: Option;
        deserialize_seq: List;
        deserialize_map: Map;
        deserialize_tuple: Tuple(count: usize => count);
        deserialize_unit_struct: UnitStruct(name: &'static str => name);
        deserialize_newtype_struct: NewtypeStruct(name: &'static str => name);
        deserialize_tuple_struct:
            TupleStruct(name: &'static str => name, count: usize => count);
        deserialize_struct:
            Struct(name: &'static str => name, names: &'static [&'static str] => names);
        deserialize_enum:
            Enum(name: &'static str => name, names: &'static [&'static str] => names);
        deserialize_identifier: SelfDescribing;
        deserialize_any: SelfDescribing;
    }

    /// What is to be ignored belongs to a field that the type doesn't have.
    fn deserialize_ignored_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Stop> {
        self.pass.recognised = None;
        Err(Stop)
    }

    fn is_human_readable(&self) -> bool {
        false
    }
}
