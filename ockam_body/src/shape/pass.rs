//! One look at a type: what is wanted, where, and what was found.

use std::any::TypeId;
use std::fmt;

use serde_core::de;

use super::node::Kind;
use crate::stack::StackStart;

/// One look at a type: what is wanted, and what was found.
pub(super) struct Pass<'a> {
    pub(super) wanted: Wanted,
    /// Which values are offered to the members.
    pub(super) attempt: usize,
    pub(super) start: StackStart,
    /// How many values may still be asked for. User code decides how often it asks.
    pub(super) calls_left: &'a mut usize,
    pub(super) found: Vec<Found>,
    /// Whether a container got all members that it wants.
    pub(super) is_complete: bool,
    /// Which variant or field was recognised, as a number that is only good for comparing.
    pub(super) recognised: Option<u64>,
}

/// What is wanted of the part of the type to which the path leads.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    Itself,
    ItsMembers,
}

/// A step from a type to one within it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Step {
    /// What is in an option or a newtype struct.
    Inner,
    /// An element of a list, a tuple or a struct. Those before it get values.
    Item {
        index: usize,
        attempt: usize,
    },
    Key,
    Value {
        attempt: usize,
    },
    Field(Label),
    Variant(Label),
}

/// How a field or variant is asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Label {
    Index(usize),
    Name(&'static str),
}

/// What a type has asked for.
#[derive(Clone, Copy)]
pub(super) struct Found {
    pub(super) kind: Kind,
    pub(super) name: &'static str,
    /// The names of the fields or variants, with all aliases.
    pub(super) names: &'static [&'static str],
    /// The number of the elements of a tuple.
    pub(super) count: usize,
    /// The type that visits, which tells one type of a name from another.
    pub(super) visitor: Option<TypeId>,
    /// What the compiler calls the type.
    pub(super) rust_name: &'static str,
}

impl Found {
    pub(super) const fn new(kind: Kind) -> Self {
        Self {
            kind,
            name: "",
            names: &[],
            count: 0,
            visitor: None,
            rust_name: "",
        }
    }
}

/// The error that ends a look.
#[derive(Debug)]
pub(super) struct Stop;

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the type was only looked at")
    }
}

impl std::error::Error for Stop {}

impl de::Error for Stop {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

/// The deserializer.
pub(super) struct Probe<'p, 'a> {
    pub(super) pass: &'p mut Pass<'a>,
    pub(super) task: Task<'p>,
}

#[derive(Clone, Copy)]
pub(super) enum Task<'p> {
    /// Goes on to the part to which this path leads.
    Seek(&'p [Step]),
    /// Makes a value, and notes first what it is of.
    Note,
    /// Makes a value.
    Value(Offer),
}

/// Which values are made, and how deep within another one.
#[derive(Clone, Copy)]
pub(super) struct Offer {
    pub(super) attempt: usize,
    pub(super) depth: usize,
}

impl Offer {
    pub(super) fn new(attempt: usize) -> Self {
        Self { attempt, depth: 0 }
    }

    pub(super) fn within(self) -> Self {
        Self {
            depth: self.depth + 1,
            ..self
        }
    }
}

impl<'p, 'a> Probe<'p, 'a> {
    pub(super) fn new(pass: &'p mut Pass<'a>, task: Task<'p>) -> Self {
        Self { pass, task }
    }
}

impl Found {
    /// Returns the largest number of members that are read as elements.
    pub(super) fn size(&self) -> usize {
        match self.kind {
            Kind::Struct => self.names.len(),
            _ => self.count,
        }
    }
}
