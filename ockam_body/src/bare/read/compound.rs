//! Compound values.

use serde_core::de::{DeserializeSeed, EnumAccess, MapAccess, SeqAccess, VariantAccess, Visitor};

use super::Reader;
use crate::bare::error::Error;

/// The fields of a struct or a tuple.
pub(super) struct Fields<'r, 'de> {
    reader: &'r mut Reader<'de>,
    left: usize,
}

impl<'r, 'de> Fields<'r, 'de> {
    pub(super) fn new(reader: &'r mut Reader<'de>, left: usize) -> Self {
        Self { reader, left }
    }
}

impl<'de> SeqAccess<'de> for Fields<'_, 'de> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Error> {
        let Some(left) = self.left.checked_sub(1) else {
            return Ok(None);
        };
        self.left = left;
        seed.deserialize(&mut *self.reader).map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.left)
    }
}

/// The elements of a sequence, or the entries of a map.
pub(super) struct Elements<'r, 'de> {
    reader: &'r mut Reader<'de>,
    left: &'r mut usize,
    /// The number of bytes that were left at the start of the entry whose key has been read.
    entry: usize,
}

impl<'r, 'de> Elements<'r, 'de> {
    /// The largest number of elements that a collection reserves room for before it reads them. Without
    /// a bound, each of many nested collections could reserve room for all bytes that are left.
    const MAX_RESERVED_ELEMENTS: usize = 1024;

    pub(super) fn new(reader: &'r mut Reader<'de>, left: &'r mut usize) -> Self {
        Self {
            reader,
            left,
            entry: 0,
        }
    }

    #[inline]
    fn element<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Error> {
        self.reader.charge::<T::Value>()?;
        seed.deserialize(&mut *self.reader)
    }

    /// Counts an element. `left` bytes were left at its start.
    #[inline]
    fn count(&mut self, before: usize) -> Result<(), Error> {
        *self.left = self.left.saturating_sub(1);
        if self.reader.rest.len() == before {
            self.reader.charge_empty()?;
        }
        Ok(())
    }

    fn reserved(&self) -> Option<usize> {
        Some((*self.left).min(Self::MAX_RESERVED_ELEMENTS))
    }
}

impl<'de> SeqAccess<'de> for Elements<'_, 'de> {
    type Error = Error;

    #[inline]
    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Error> {
        if *self.left == 0 {
            return Ok(None);
        }
        let before = self.reader.rest.len();
        let element = self.element(seed)?;
        self.count(before)?;
        Ok(Some(element))
    }

    fn size_hint(&self) -> Option<usize> {
        self.reserved()
    }
}

impl<'de> MapAccess<'de> for Elements<'_, 'de> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Error> {
        if *self.left == 0 {
            return Ok(None);
        }
        self.entry = self.reader.rest.len();
        self.element(seed).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        let value = self.element(seed)?;
        self.count(self.entry)?;
        Ok(value)
    }

    fn size_hint(&self) -> Option<usize> {
        self.reserved()
    }
}

/// The variant of an enum: its number, then its parts.
pub(super) struct Variant<'r, 'de>(pub(super) &'r mut Reader<'de>);

impl<'de> EnumAccess<'de> for Variant<'_, 'de> {
    type Error = Error;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Error> {
        let number = seed.deserialize(&mut *self.0)?;
        Ok((number, self))
    }
}

impl<'de> VariantAccess<'de> for Variant<'_, 'de> {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Error> {
        seed.deserialize(self.0)
    }

    fn tuple_variant<V: Visitor<'de>>(self, count: usize, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_seq(Fields::new(self.0, count))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_seq(Fields::new(self.0, fields.len()))
    }
}
