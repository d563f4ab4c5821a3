//! What a probe hands out of a compound type.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::mem;

use serde_core::Deserializer;
use serde_core::de::{DeserializeSeed, EnumAccess, MapAccess, SeqAccess, VariantAccess, Visitor};

use super::node::Kind;
use super::pass::{Found, Label, Offer, Pass, Probe, Step, Stop, Task, Wanted};

/// The elements of a list, or the fields of a tuple or struct.
pub(super) struct Items<'p, 'a> {
    pass: &'p mut Pass<'a>,
    /// How many elements get the task `before`. The next one gets the task `then`.
    left: usize,
    before: Task<'p>,
    then: Option<Task<'p>>,
}

impl<'p, 'a> Items<'p, 'a> {
    /// All elements are noted.
    pub(super) fn noting(pass: &'p mut Pass<'a>, count: usize) -> Self {
        Self {
            pass,
            left: count,
            before: Task::Note,
            then: None,
        }
    }

    /// The path goes on in the element at an index.
    pub(super) fn up_to(
        pass: &'p mut Pass<'a>,
        index: usize,
        attempt: usize,
        path: &'p [Step],
    ) -> Self {
        Self {
            pass,
            left: index,
            before: Task::Value(Offer::new(attempt)),
            then: Some(Task::Seek(path)),
        }
    }

    /// All elements are values.
    pub(super) fn values(pass: &'p mut Pass<'a>, count: usize, offer: Offer) -> Self {
        Self {
            pass,
            left: count,
            before: Task::Value(offer),
            then: None,
        }
    }
}

impl<'de> SeqAccess<'de> for Items<'_, '_> {
    type Error = Stop;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Stop> {
        let task = match self.left.checked_sub(1) {
            Some(left) => {
                self.left = left;
                self.before
            }
            None => match self.then.take() {
                Some(task) => task,
                None => return Ok(None),
            },
        };
        let met = self.pass.found.len();
        let element = seed.deserialize(Probe::new(self.pass, task));
        if matches!(task, Task::Note) {
            // Every element is noted, also one that asks for nothing.
            self.pass.found.truncate(met + 1);
            if self.pass.found.len() == met {
                self.pass.found.push(Found::new(Kind::Unknown));
            }
        }
        element.map(Some)
    }
}

/// An entry of a map, or a field of a struct.
pub(super) struct Entry<'p, 'a> {
    pass: &'p mut Pass<'a>,
    left: usize,
    label: Option<Label>,
    key: Task<'p>,
    value: Task<'p>,
}

impl<'p, 'a> Entry<'p, 'a> {
    /// The path goes on in the key, the value or the field.
    pub(super) fn new(pass: &'p mut Pass<'a>, step: Step, path: &'p [Step]) -> Self {
        let seek = Task::Seek(path);
        let (label, key, value) = match step {
            Step::Field(label) => (Some(label), Task::Value(Offer::new(0)), seek),
            Step::Value { attempt } => (None, Task::Value(Offer::new(attempt)), seek),
            _ => (None, seek, Task::Value(Offer::new(0))),
        };
        Self {
            pass,
            left: 1,
            label,
            key,
            value,
        }
    }

    /// All entries are values.
    pub(super) fn values(pass: &'p mut Pass<'a>, count: usize, offer: Offer) -> Self {
        Self {
            pass,
            left: count,
            label: None,
            key: Task::Value(offer),
            value: Task::Value(offer),
        }
    }
}

impl<'de> MapAccess<'de> for Entry<'_, '_> {
    type Error = Stop;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Stop> {
        let Some(left) = self.left.checked_sub(1) else {
            return Ok(None);
        };
        self.left = left;
        match self.label {
            Some(label) => recognise(self.pass, seed, label).map(Some),
            None => seed.deserialize(Probe::new(self.pass, self.key)).map(Some),
        }
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Stop> {
        seed.deserialize(Probe::new(self.pass, self.value))
    }
}

/// A variant of an enum.
pub(super) struct Variant<'p, 'a> {
    pass: &'p mut Pass<'a>,
    label: Label,
    content: Task<'p>,
}

impl<'p, 'a> Variant<'p, 'a> {
    pub(super) fn new(pass: &'p mut Pass<'a>, label: Label, content: Task<'p>) -> Self {
        Self {
            pass,
            label,
            content,
        }
    }
}

impl<'de> EnumAccess<'de> for Variant<'_, '_> {
    type Error = Stop;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Stop> {
        let variant = recognise(self.pass, seed, self.label)?;
        Ok((variant, self))
    }
}

impl<'de> VariantAccess<'de> for Variant<'_, '_> {
    type Error = Stop;

    fn unit_variant(self) -> Result<(), Stop> {
        match self.content {
            Task::Seek(_) => {
                if self.pass.wanted == Wanted::Itself {
                    self.pass.found.push(Found::new(Kind::UnitStruct));
                }
                Err(Stop)
            }
            _ => Ok(()),
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Stop> {
        seed.deserialize(Probe::new(self.pass, self.content))
    }

    fn tuple_variant<V: Visitor<'de>>(self, count: usize, visitor: V) -> Result<V::Value, Stop> {
        let found = Found {
            count,
            ..Found::new(Kind::TupleStruct)
        };
        Probe::new(self.pass, self.content).meet(found, visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Stop> {
        let found = Found {
            names,
            ..Found::new(Kind::Struct)
        };
        Probe::new(self.pass, self.content).meet(found, visitor)
    }
}

/// Lets a type recognise a field or variant, and notes which one it was. What serde's derive makes of it
/// is an enum, so that two labels of one variant give the same discriminant.
fn recognise<'de, T: DeserializeSeed<'de>>(
    pass: &mut Pass<'_>,
    seed: T,
    label: Label,
) -> Result<T::Value, Stop> {
    let recognised = seed.deserialize(Identifier(label))?;
    let mut hasher = DefaultHasher::new();
    mem::discriminant(&recognised).hash(&mut hasher);
    pass.recognised = Some(hasher.finish());
    Ok(recognised)
}

/// The label of a field or variant.
struct Identifier(Label);

impl<'de> Deserializer<'de> for Identifier {
    type Error = Stop;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Stop> {
        match self.0 {
            // As a body is read.
            Label::Index(index) => visitor.visit_u32(u32::try_from(index).map_err(|_| Stop)?),
            Label::Name(name) => visitor.visit_str(name),
        }
    }

    serde_core::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }

    fn is_human_readable(&self) -> bool {
        false
    }
}
