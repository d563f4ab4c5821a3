//! What a type looks like to serde's reader: the names of its containers, fields and variants in their
//! order, and the types within.
//!
//! ```text
//!   Deserialize ── probe ──▶ explore ──▶ nodes ─┬─ unify ── fingerprint ──▶ what travels with a message
//!                                               ├─ describe ── difference ▶ what an error says
//!                                               └──────────────────────────▶ what the writer compares with
//! ```
//!
//! A body is its fields without their names, so that its bytes may be read as many types. Two nodes
//! therefore compare the shapes. The shape of a type is made when its first message leaves or reaches a
//! node, and kept.

mod accesses;
mod cache;
mod describe;
mod difference;
mod explore;
mod fingerprint;
mod node;
mod pass;
mod probe;
mod tables;
mod unify;

use std::fmt;

use serde_core::de::DeserializeOwned;

pub use describe::MAX_NAMED_DEPTH;
pub use difference::difference;
pub(crate) use node::{ANYTHING, Kind, Member, Node};

/// What a type looks like to serde's reader.
///
/// Two types have the same shape if their containers, fields and variants have the same names in the same
/// order, and all types within have the same shape. A name is the one that serde knows, which
/// `#[serde(rename = "…")]` sets. What serde does not show isn't part of the shape: a type with
/// `try_from`, or a `NonZeroU32`, has the shape of what it is read from, and a `Box` that of its content.
///
/// # Examples
///
/// ```
/// use ockam_body::Shape;
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Serialize, Deserialize)]
/// struct Transfer {
///     from: u64,
///     to: u64,
/// }
///
/// let shape = Shape::of::<Transfer>();
/// assert_eq!(shape.name(), Some("Transfer"));
/// assert_eq!(shape.description(), "struct Transfer\n from: u64\n to: u64\n");
/// assert_eq!(Shape::of::<Box<Transfer>>().fingerprint(), shape.fingerprint());
/// ```
pub struct Shape {
    name: Option<String>,
    fingerprint: Option<u64>,
    description: String,
    unreadable: Option<String>,
    nodes: Vec<Node>,
}

impl Shape {
    /// Returns the name that all nodes of this framework use for bodies of the type.
    ///
    /// It is the name of the struct or enum, without its crate and its type parameters. A type without a
    /// name, such as a list, is named by its contents. A type has no name if it shows serde nothing, or if it
    /// is named by its contents for more than [`MAX_NAMED_DEPTH`] levels.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// Returns a number that only types of the same shape share, on every machine. A type that shows serde
    /// nothing has none.
    pub fn fingerprint(&self) -> Option<u64> {
        self.fingerprint
    }

    /// Returns the shape in words: a line for each struct or enum, followed by a line for each of its
    /// members. A long one is cut off.
    pub fn description(&self) -> &str {
        &self.description
    }

    /// Returns which part of the type can't be read from a body, if there is one.
    pub fn unreadable(&self) -> Option<&str> {
        self.unreadable.as_deref()
    }

    /// Returns what a type shows. The first node is the type itself.
    pub(crate) fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    fn explore<M: DeserializeOwned>() -> Self {
        Self::new(explore::explore::<M>())
    }

    /// The shape of a message that is its own body. A list of bytes within a message begins with its
    /// length, so it is another one.
    fn raw_bytes() -> Self {
        let mut shape = Self::new(vec![Node::leaf(Kind::RawBytes)]);
        shape.name = Some("list<u8>".to_owned());
        shape
    }

    fn new(nodes: Vec<Node>) -> Self {
        let nodes = unify::unify(&nodes);
        let name = describe::name(&nodes);
        Self {
            fingerprint: (nodes[0].kind > Kind::SelfDescribing).then(|| fingerprint::of(&nodes)),
            name,
            description: describe::describe(&nodes),
            unreadable: describe::unreadable(&nodes),
            nodes,
        }
    }
}

impl fmt::Debug for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shape")
            .field("name", &self.name)
            .field("fingerprint", &self.fingerprint)
            .finish_non_exhaustive()
    }
}
