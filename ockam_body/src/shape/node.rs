/// What serde tells about a type, without what is within. The order is part of the
/// [fingerprint](super::fingerprint) and never changes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[repr(u8)]
pub(crate) enum Kind {
    /// Serde shows nothing.
    Unknown,
    /// The type asks for any value, or for the name of one.
    SelfDescribing,
    /// A whole body as it is.
    RawBytes,
    Bool,
    I8,
    I16,
    I32,
    I64,
    I128,
    U8,
    U16,
    U32,
    U64,
    U128,
    F32,
    F64,
    Char,
    Text,
    Bytes,
    Unit,
    Option,
    List,
    Map,
    Tuple,
    UnitStruct,
    NewtypeStruct,
    TupleStruct,
    Struct,
    Enum,
}

impl Kind {
    /// Returns the word for it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Unknown => "?",
            Self::SelfDescribing => "any value",
            Self::RawBytes => "raw bytes",
            Self::Bool => "bool",
            Self::I8 => "i8",
            Self::I16 => "i16",
            Self::I32 => "i32",
            Self::I64 => "i64",
            Self::I128 => "i128",
            Self::U8 => "u8",
            Self::U16 => "u16",
            Self::U32 => "u32",
            Self::U64 => "u64",
            Self::U128 => "u128",
            Self::F32 => "f32",
            Self::F64 => "f64",
            Self::Char => "char",
            Self::Text => "string",
            Self::Bytes => "bytes",
            Self::Unit => "unit",
            Self::Option => "option",
            Self::List => "list",
            Self::Map => "map",
            Self::Tuple => "tuple",
            Self::UnitStruct | Self::NewtypeStruct | Self::TupleStruct | Self::Struct => "struct",
            Self::Enum => "enum",
        }
    }

    /// Returns whether the type is fields in a row.
    pub(crate) fn is_fields(self) -> bool {
        matches!(self, Self::Tuple | Self::TupleStruct | Self::Struct)
    }
}

/// A type that is met in a message.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) kind: Kind,
    /// The name of the struct or enum. It is empty for all others, and for the content of a variant.
    pub(crate) name: &'static str,
    /// How many members there are.
    pub(crate) count: usize,
    /// The fields, elements, variants, the key and the value, or what is within. The last one stands for
    /// all that follow, because an array may be long.
    pub(crate) members: Vec<Member>,
}

/// A part of a type.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Member {
    /// The name of the field or variant, and its aliases. Other members have none.
    pub(crate) names: Vec<&'static str>,
    /// The index of its node. That of a variant is its content.
    pub(crate) node: usize,
}

/// The node of a type of which nothing is known.
pub(crate) static ANYTHING: Node = Node::leaf(Kind::Unknown);

impl Node {
    pub(crate) const fn leaf(kind: Kind) -> Self {
        Self {
            kind,
            name: "",
            count: 0,
            members: Vec::new(),
        }
    }

    /// Returns the member at an index.
    pub(crate) fn member(&self, index: usize) -> Option<&Member> {
        match index {
            index if index < self.members.len() => self.members.get(index),
            index if index < self.count => self.members.last(),
            _ => None,
        }
    }

    /// Sets the members, of which there are `count`, if the last one stands for those that follow.
    pub(super) fn set_members(&mut self, mut members: Vec<Member>, count: usize) {
        self.count = count.max(members.len());
        while let [.., one, last] = members.as_slice() {
            if one != last || !one.names.is_empty() {
                break;
            }
            members.pop();
        }
        members.shrink_to_fit();
        self.members = members;
    }
}
