//! Compound values.

use serde_core::Serialize;
use serde_core::ser::{
    SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant,
};

use super::Writer;
use crate::bare::error::Error;
use crate::shape::{Kind, Node};

/// The fields of a struct, a tuple or a variant. The type fixes their number, so they are not counted.
pub(crate) struct Fields<'s, 'b> {
    writer: &'s mut Writer<'b>,
    /// What they will be read as.
    node: &'b Node,
    /// How many have been written.
    written: usize,
}

impl<'s, 'b> Fields<'s, 'b> {
    pub(super) fn open(writer: &'s mut Writer<'b>, kind: Kind) -> Result<Self, Error> {
        writer.expect(kind)?;
        writer.open()?;
        Ok(Self {
            node: writer.node,
            written: 0,
            writer,
        })
    }

    pub(super) fn of_variant(
        writer: &'s mut Writer<'b>,
        kind: Kind,
        index: u32,
        name: &'static str,
    ) -> Result<Self, Error> {
        writer.node = writer.variant(index, name)?;
        writer.varint(index.into());
        Self::open(writer, kind)
    }

    fn close(self) -> Result<(), Error> {
        self.writer.expect_end(self.node, self.written)?;
        self.writer.close();
        Ok(())
    }

    fn part<T: Serialize + ?Sized>(
        &mut self,
        name: Option<&'static str>,
        value: &T,
    ) -> Result<(), Error> {
        self.writer.node = self.writer.field(self.node, self.written, name)?;
        self.written += 1;
        value.serialize(&mut *self.writer)
    }
}

macro_rules! fields {
    ($($kind:ident: $method:ident($($key:ident)?) $(, $skip:ident)?;)*) => {
        $(impl $kind for Fields<'_, '_> {
            type Ok = ();
            type Error = Error;

            fn $method<T: Serialize + ?Sized>(
                &mut self,
                $($key: &'static str,)?
                value: &T,
            ) -> Result<(), Error> {
                let name = None $(.or(Some($key)))?;
                self.part(name, value)
            }

            $(fn $skip(&mut self, key: &'static str) -> Result<(), Error> {
                Err(Error::SkippedField(key))
            })?

            fn end(self) -> Result<(), Error> {
                self.close()
            }
        })*
    };
}

fields! {
    SerializeTuple: serialize_element();
    SerializeTupleStruct: serialize_field();
    SerializeTupleVariant: serialize_field();
    SerializeStruct: serialize_field(key), skip_field;
    SerializeStructVariant: serialize_field(key), skip_field;
}

/// The elements of a sequence, or the entries of a map. Their number is written in front of them.
pub(crate) struct Elements<'s, 'b> {
    writer: &'s mut Writer<'b>,
    /// What the elements, or the keys, will be read as.
    first: &'b Node,
    /// What the values will be read as.
    second: &'b Node,
    left: usize,
    /// The start of the entry whose key has been written.
    entry: usize,
}

impl<'s, 'b> Elements<'s, 'b> {
    pub(super) fn open(
        writer: &'s mut Writer<'b>,
        kind: Kind,
        length: Option<usize>,
    ) -> Result<Self, Error> {
        writer.expect(kind)?;
        let (first, second) = (
            writer.content(writer.node, 0),
            writer.content(writer.node, 1),
        );
        let left = length.ok_or(Error::UnknownLength)?;
        writer.varint(left as u64);
        writer.open()?;
        Ok(Self {
            writer,
            first,
            second,
            left,
            entry: 0,
        })
    }

    /// Counts an element that began at `start` and ends here.
    #[inline]
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

    #[inline]
    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        let start = self.writer.position();
        self.writer.node = self.first;
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
        self.writer.node = self.first;
        key.serialize(&mut *self.writer)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.writer.node = self.second;
        value.serialize(&mut *self.writer)?;
        self.count(self.entry)
    }

    fn end(self) -> Result<(), Error> {
        self.close()
    }
}
