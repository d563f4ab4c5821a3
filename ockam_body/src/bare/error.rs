use std::fmt::Display;

use serde::{de, ser};

use super::limits::{MAX_DEPTH, MAX_EMPTY_ELEMENTS, MAX_MEMORY};

/// Why bytes are not a value, or a value has no bytes.
#[non_exhaustive]
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Error {
    /// The bytes end within the value.
    #[error("{needed} more bytes are needed where {left} are left")]
    UnexpectedEnd {
        /// How many bytes the next part of the value has.
        needed: u64,
        /// How many bytes there are.
        left: usize,
    },
    /// The value is complete, but the bytes go on.
    #[error("{bytes} bytes are left over")]
    LeftOver {
        /// How many bytes follow the value.
        bytes: usize,
    },
    /// A number of variable length is longer than it has to be, or too large.
    #[error("a number of variable length is overlong or exceeds 64 bits")]
    Varint,
    /// A boolean is neither 0 nor 1.
    #[error("{0} is not a boolean")]
    Bool(u8),
    /// An option is neither 0 (none) nor 1 (some).
    #[error("{0} is not the mark of an option")]
    OptionMark(u8),
    /// A character is not one of Unicode.
    #[error("{0:#x} is not a character")]
    Char(u32),
    /// The number of an enum's variant exceeds 32 bits.
    #[error("{0} is not the number of a variant")]
    Variant(u64),
    /// A text is not UTF-8.
    #[error("a text is not UTF-8")]
    Utf8,
    /// Values are nested too deeply.
    #[error("more than {MAX_DEPTH} values are inside each other")]
    TooDeep,
    /// Too many elements take no bytes.
    #[error("more than {MAX_EMPTY_ELEMENTS} elements take no bytes")]
    TooManyEmptyElements,
    /// The value would take too much memory.
    #[error("the value takes more than {MAX_MEMORY} bytes of memory")]
    TooMuchMemory,
    /// A sequence or map has another number of elements than was announced, or was not read to its
    /// end.
    #[error("a sequence or map has another length than announced")]
    WrongLength,
    /// A sequence or map does not know its length before it is written.
    #[error("a sequence or map has to know its length")]
    UnknownLength,
    /// A field was left out, which the reader could not know.
    #[error("the field `{0}` can't be left out")]
    SkippedField(&'static str),
    /// The type is read by looking at what comes next, but the bytes don't tell.
    #[error("the type needs a format that describes itself")]
    NotSelfDescribing,
    /// The type refuses the value, or to be written.
    #[error("{0}")]
    Custom(String),
}

impl ser::Error for Error {
    fn custom<T: Display>(message: T) -> Self {
        Self::Custom(message.to_string())
    }
}

impl de::Error for Error {
    fn custom<T: Display>(message: T) -> Self {
        Self::Custom(message.to_string())
    }
}
