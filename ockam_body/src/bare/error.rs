use std::fmt;

use serde_core::{de, ser};

use super::limits::{MAX_DEPTH, MAX_EMPTY_ELEMENTS, MAX_MEMORY_BYTES};
use crate::stack::MAX_STACK_BYTES;

/// The reason why a value can't be encoded or decoded.
#[non_exhaustive]
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Error {
    /// The bytes end within the value.
    UnexpectedEnd {
        /// The number of bytes of the next part of the value.
        needed: u64,
        /// The number of bytes that are left.
        left: usize,
    },
    /// The value is complete, but the bytes go on.
    LeftOver {
        /// The number of bytes that follow the value.
        bytes: usize,
    },
    /// A number of variable length is longer than it has to be, or too large.
    Varint,
    /// A boolean is neither 0 nor 1.
    Bool(u8),
    /// An option is neither 0 (none) nor 1 (some).
    OptionMark(u8),
    /// A character is not one of Unicode.
    Char(u32),
    /// The number of an enum's variant exceeds 32 bits.
    Variant(u64),
    /// A text is not UTF-8.
    Utf8,
    /// Values are nested too deeply.
    TooDeep,
    /// Values that are nested in each other take too much of the stack.
    TooMuchStack,
    /// Too many elements take no bytes.
    TooManyEmptyElements,
    /// The value would take too much memory.
    TooMuchMemory,
    /// A sequence or map has another number of elements than announced, or was not read to its end.
    WrongLength,
    /// The length of a sequence or map is not known before it is written.
    UnknownLength,
    /// A field was left out, and the reader could not know.
    SkippedField(&'static str),
    /// A field is written but not read.
    NotRead(String),
    /// A field is read but not written.
    NotWritten(String),
    /// A variant would be read as another one, or not at all.
    OtherVariant {
        /// The name of the variant.
        written: &'static str,
        /// The name of the variant that would be read.
        read: Option<&'static str>,
    },
    /// The `Serialize` of the type writes something else than its `Deserialize` reads.
    OtherKind {
        /// What is written.
        written: &'static str,
        /// What would be read.
        read: &'static str,
    },
    /// A part of the type can only be read in a format that describes itself.
    Unreadable(String),
    /// The `Deserialize` of the type asks for any value, but the bytes don't tell which one it is.
    NotSelfDescribing,
    /// The `Serialize` or `Deserialize` of the type returned an error.
    Custom(String),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnexpectedEnd { needed, left } => {
                write!(f, "{needed} more bytes are needed where {left} are left")
            }
            Self::LeftOver { bytes } => write!(f, "{bytes} bytes are left over"),
            Self::Varint => {
                f.write_str("a number of variable length is overlong or exceeds 64 bits")
            }
            Self::Bool(byte) => write!(f, "{byte} is not a boolean"),
            Self::OptionMark(byte) => write!(f, "{byte} is not the mark of an option"),
            Self::Char(number) => write!(f, "{number:#x} is not a character"),
            Self::Variant(number) => write!(f, "{number} is not the number of a variant"),
            Self::Utf8 => f.write_str("a text is not UTF-8"),
            Self::TooDeep => write!(f, "more than {MAX_DEPTH} values are inside each other"),
            Self::TooMuchStack => write!(
                f,
                "the values inside each other take more than {MAX_STACK_BYTES} bytes of the stack"
            ),
            Self::TooManyEmptyElements => {
                write!(f, "more than {MAX_EMPTY_ELEMENTS} elements take no bytes")
            }
            Self::TooMuchMemory => {
                write!(
                    f,
                    "the value takes more than {MAX_MEMORY_BYTES} bytes of memory"
                )
            }
            Self::WrongLength => f.write_str("a sequence or map has another length than announced"),
            Self::UnknownLength => f.write_str("a sequence or map has to know its length"),
            Self::SkippedField(field) => write!(f, "the field `{field}` can't be left out"),
            Self::NotRead(field) => write!(f, "the field `{field}` is written but not read"),
            Self::NotWritten(field) => write!(f, "the field `{field}` is read but not written"),
            Self::OtherVariant { written, read } => match read {
                Some(read) => write!(f, "the variant `{written}` would be read as `{read}`"),
                None => write!(f, "the variant `{written}` can't be read"),
            },
            Self::OtherKind { written, read } => {
                write!(f, "where `{written}` is written, `{read}` would be read")
            }
            Self::Unreadable(part) => write!(
                f,
                "{part} can only be read in a format that describes itself, such as JSON"
            ),
            Self::NotSelfDescribing => f.write_str("the type needs a format that describes itself"),
            Self::Custom(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for Error {}

impl ser::Error for Error {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::Custom(message.to_string())
    }
}

impl de::Error for Error {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::Custom(message.to_string())
    }
}
