//! The implementation of serde's `Serializer`.

use serde_core::Serialize;

use super::Writer;
use super::compound::{Elements, Fields};
use crate::bare::error::Error;
use crate::shape::Kind;

/// Numbers and characters are written with the least significant byte first.
macro_rules! numbers {
    ($($method:ident: $number:ty as $kind:ident,)*) => {
        $(#[inline]
        fn $method(self, number: $number) -> Result<(), Error> {
            self.expect(Kind::$kind)?;
            self.bytes(&number.to_le_bytes())
        })*
    };
}

impl<'s, 'b> serde_core::Serializer for &'s mut Writer<'b> {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = Elements<'s, 'b>;
    type SerializeTuple = Fields<'s, 'b>;
    type SerializeTupleStruct = Fields<'s, 'b>;
    type SerializeTupleVariant = Fields<'s, 'b>;
    type SerializeMap = Elements<'s, 'b>;
    type SerializeStruct = Fields<'s, 'b>;
    type SerializeStructVariant = Fields<'s, 'b>;

    numbers! {
        serialize_i8: i8 as I8,
        serialize_i16: i16 as I16,
        serialize_i32: i32 as I32,
        serialize_i64: i64 as I64,
        serialize_i128: i128 as I128,
        serialize_u8: u8 as U8,
        serialize_u16: u16 as U16,
        serialize_u32: u32 as U32,
        serialize_u64: u64 as U64,
        serialize_u128: u128 as U128,
        serialize_f32: f32 as F32,
        serialize_f64: f64 as F64,
    }

    fn serialize_bool(self, value: bool) -> Result<(), Error> {
        self.expect(Kind::Bool)?;
        self.bytes(&[value.into()])
    }

    fn serialize_char(self, value: char) -> Result<(), Error> {
        self.expect(Kind::Char)?;
        self.bytes(&u32::from(value).to_le_bytes())
    }

    fn serialize_str(self, text: &str) -> Result<(), Error> {
        self.expect(Kind::Text)?;
        self.sized_bytes(text.as_bytes())
    }

    fn serialize_bytes(self, bytes: &[u8]) -> Result<(), Error> {
        self.expect(Kind::Bytes)?;
        self.sized_bytes(bytes)
    }

    fn serialize_none(self) -> Result<(), Error> {
        self.expect(Kind::Option)?;
        self.bytes(&[0])
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Error> {
        self.expect(Kind::Option)?;
        self.bytes(&[1])?;
        self.inner(self.content(self.node, 0), value)
    }

    fn serialize_unit(self) -> Result<(), Error> {
        self.expect(Kind::Unit)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Error> {
        self.expect(Kind::UnitStruct)
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        index: u32,
        name: &'static str,
    ) -> Result<(), Error> {
        self.node = self.variant(index, name)?;
        self.varint(index.into());
        self.open()?;
        self.expect(Kind::UnitStruct)?;
        self.close();
        Ok(())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        let content = match self.node.kind {
            Kind::NewtypeStruct => self.content(self.node, 0),
            // It has the bytes of its content.
            _ => self.node,
        };
        self.inner(content, value)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        index: u32,
        name: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        let content = self.variant(index, name)?;
        self.varint(index.into());
        self.inner(content, value)
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<Elements<'s, 'b>, Error> {
        Elements::open(self, Kind::List, length)
    }

    fn serialize_map(self, length: Option<usize>) -> Result<Elements<'s, 'b>, Error> {
        Elements::open(self, Kind::Map, length)
    }

    fn serialize_tuple(self, _: usize) -> Result<Fields<'s, 'b>, Error> {
        Fields::open(self, Kind::Tuple)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Fields<'s, 'b>, Error> {
        Fields::open(self, Kind::TupleStruct)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Fields<'s, 'b>, Error> {
        Fields::open(self, Kind::Struct)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        index: u32,
        name: &'static str,
        _: usize,
    ) -> Result<Fields<'s, 'b>, Error> {
        Fields::of_variant(self, Kind::TupleStruct, index, name)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        index: u32,
        name: &'static str,
        _: usize,
    ) -> Result<Fields<'s, 'b>, Error> {
        Fields::of_variant(self, Kind::Struct, index, name)
    }

    fn is_human_readable(&self) -> bool {
        false
    }
}
