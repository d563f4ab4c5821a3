//! What is written is compared with what will be read: the shape of the type, node by node.
//!
//! Serde's derive counts fields and variants once for the writer and once for the reader, and attributes
//! like `skip_serializing` make the two differ. Such a value would arrive as another one.

use super::Writer;
use crate::bare::error::Error;
use crate::shape::{ANYTHING, Kind, Member, Node};

impl<'b> Writer<'b> {
    /// Checks that what is written next is what will be read.
    #[inline]
    pub(super) fn expect(&mut self, written: Kind) -> Result<(), Error> {
        match self.node.kind == written {
            true => Ok(()),
            false => self.expect_alike(written),
        }
    }

    /// Checks that what is written next has the bytes of what will be read, though it isn't the same.
    #[cold]
    fn expect_alike(&mut self, written: Kind) -> Result<(), Error> {
        // A newtype struct has the bytes of its content.
        while self.node.kind == Kind::NewtypeStruct && written != Kind::NewtypeStruct {
            self.node = self.content(self.node, 0);
        }
        let is_list_of =
            |node: &'b Node, kind| node.kind == Kind::List && self.content(node, 0).kind == kind;
        let is_alike = match (written, self.node.kind) {
            (_, Kind::Unknown) => true,
            (Kind::Text | Kind::Bytes, Kind::Text | Kind::Bytes) => true,
            (Kind::Unit | Kind::UnitStruct, Kind::Unit | Kind::UnitStruct) => true,
            (Kind::Bytes, _) if is_list_of(self.node, Kind::U8) => true,
            (Kind::List, Kind::Bytes) => true,
            (written, read) => written == read || written.is_fields() && read.is_fields(),
        };
        match is_alike {
            true => Ok(()),
            false => Err(Error::OtherKind {
                written: written.word(),
                read: self.node.kind.word(),
            }),
        }
    }

    /// Returns the node of a member that is not asked for by its name.
    pub(super) fn content(&self, of: &'b Node, index: usize) -> &'b Node {
        static BYTE: Node = Node::leaf(Kind::U8);
        match (of.kind, of.member(index)) {
            (_, Some(member)) => &self.nodes[member.node],
            (Kind::Bytes, _) => &BYTE,
            _ => &ANYTHING,
        }
    }

    /// Returns the node of the field that is written next.
    #[inline]
    pub(super) fn field(
        &self,
        of: &'b Node,
        index: usize,
        name: Option<&'static str>,
    ) -> Result<&'b Node, Error> {
        match of.member(index) {
            Some(member) if member.is_named(name) => Ok(&self.nodes[member.node]),
            _ if of.kind == Kind::Unknown => Ok(&ANYTHING),
            member => Err(misplaced(of, member, index, name)),
        }
    }

    /// Checks that all fields that will be read have been written.
    #[inline]
    pub(super) fn expect_end(&self, of: &'b Node, written: usize) -> Result<(), Error> {
        match of.member(written) {
            Some(next) if self.nodes[next.node].kind != Kind::Unknown => {
                Err(Error::NotWritten(name_of(next, written)))
            }
            _ => Ok(()),
        }
    }

    /// Returns the node of a variant's content.
    pub(super) fn variant(&mut self, index: u32, name: &'static str) -> Result<&'b Node, Error> {
        self.expect(Kind::Enum)?;
        if self.node.kind == Kind::Unknown {
            return Ok(&ANYTHING);
        }
        let index = usize::try_from(index).ok();
        match index.and_then(|index| self.node.member(index)) {
            Some(member) if member.is_named(Some(name)) => Ok(&self.nodes[member.node]),
            member => Err(Error::OtherVariant {
                written: name,
                read: member.and_then(|member| member.names.first().copied()),
            }),
        }
    }
}

impl Member {
    fn is_named(&self, name: Option<&'static str>) -> bool {
        match name {
            Some(name) => self.names.is_empty() || self.names.contains(&name),
            None => true,
        }
    }
}

/// Returns the error of a field that is written where another one, or none, will be read.
#[cold]
fn misplaced(
    of: &Node,
    expected: Option<&Member>,
    index: usize,
    name: Option<&'static str>,
) -> Error {
    match (expected, name) {
        (Some(expected), Some(_)) if of.members.iter().any(|member| member.is_named(name)) => {
            Error::NotWritten(name_of(expected, index))
        }
        (_, Some(name)) => Error::NotRead(name.to_owned()),
        (_, None) => Error::NotRead(index.to_string()),
    }
}

/// Names a field as Rust does: those of a tuple by their numbers.
fn name_of(member: &Member, index: usize) -> String {
    let name = member.names.first().copied();
    name.map_or_else(|| index.to_string(), str::to_owned)
}
