//! Compound values.

use serde_core::Serialize;
use serde_core::ser::{
    SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant,
};

use super::Writer;
use crate::bare::error::Error;

/// The fields of a struct, a tuple or a variant. The type fixes their number, so they are not counted.
pub(crate) struct Fields<'s, 'b>(&'s mut Writer<'b>);

impl<'s, 'b> Fields<'s, 'b> {
    pub(super) fn open(writer: &'s mut Writer<'b>) -> Result<Self, Error> {
        writer.open()?;
        Ok(Self(writer))
    }

    pub(super) fn of_variant(writer: &'s mut Writer<'b>, index: u32) -> Result<Self, Error> {
        writer.varint(index.into());
        Self::open(writer)
    }

    pub(super) fn close(self) {
        self.0.close();
    }

    fn part<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        value.serialize(&mut *self.0)
    }
}

macro_rules! fields {
    ($($kind:ident: $method:ident($($key:ty)?) $(, $skip:ident)?;)*) => {
        $(impl $kind for Fields<'_, '_> {
            type Ok = ();
            type Error = Error;

            fn $method<T: Serialize + ?Sized>(
                &mut self,
                $(_: $key,)?
                value: &T,
            ) -> Result<(), Error> {
                self.part(value)
            }

            $(fn $skip(&mut self, key: &'static str) -> Result<(), Error> {
                Err(Error::SkippedField(key))
            })?

            fn end(self) -> Result<(), Error> {
                self.close();
                Ok(())
            }
        })*
    };
}

fields! {
    SerializeTuple: serialize_element();
    SerializeTupleStruct: serialize_field();
    SerializeTupleVariant: serialize_field();
    SerializeStruct: serialize_field(&'static str), skip_field;
    SerializeStructVariant: serialize_field(&'static str), skip_field;
}

/// The elements of a sequence, or the entries of a map. Their number is written in front of them.
pub(crate) struct Elements<'s, 'b> {
    writer: &'s mut Writer<'b>,
    left: usize,
    /// The start of the entry whose key has been written.
    entry: usize,
}

impl<'s, 'b> Elements<'s, 'b> {
    pub(super) fn open(writer: &'s mut Writer<'b>, length: Option<usize>) -> Result<Self, Error> {
        let left = length.ok_or(Error::UnknownLength)?;
        writer.varint(left as u64);
        writer.open()?;
        Ok(Self {
            writer,
            left,
            entry: 0,
        })
    }

    /// Counts an element that began at `start` and ends here.
    fn count(&mut self, start: usize) -> Result<(), Error> {
        self.left = self.left.checked_sub(1).ok_or(Error::WrongLength)?;
        if self.writer.position() == start {
            self.writer.charge_empty()?;
        }
        Ok(())
    }

    fn close(self) -> Result<(), Error> {
        self.writer.close();
        match self.left {
            0 => Ok(()),
            _ => Err(Error::WrongLength),
        }
    }
}

impl SerializeSeq for Elements<'_, '_> {
    type Ok = ();
    type Error = Error;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        let start = self.writer.position();
        value.serialize(&mut *self.writer)?;
        self.count(start)
    }

    fn end(self) -> Result<(), Error> {
        self.close()
    }
}

impl SerializeMap for Elements<'_, '_> {
    type Ok = ();
    type Error = Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Error> {
        self.entry = self.writer.position();
        key.serialize(&mut *self.writer)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        value.serialize(&mut *self.writer)?;
        self.count(self.entry)
    }

    fn end(self) -> Result<(), Error> {
        self.close()
    }
}
