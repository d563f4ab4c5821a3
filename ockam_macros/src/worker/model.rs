use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;

use crate::attributes::Attribute;
use crate::function::Function;
use crate::tokens::spelled;
use crate::ty::Type;

use super::alias::Alias;
use super::header::Header;

/// An `impl Worker for …`.
pub(super) struct WorkerImpl {
    pub(super) header: Header,
    /// What the compiler is told of the members as a whole.
    pub(super) inner: Vec<Attribute>,
    pub(super) members: Vec<Member>,
    /// Methods that don't fit the trait. They are emitted in an impl of their own, where nothing
    /// is asked of them, so that the compiler and the editor still see what is in them.
    pub(super) strays: Vec<Function>,
}

/// What an impl contains.
pub(super) enum Member {
    Type(Alias),
    Method(Box<Function>),
    /// Constants and macros, which are left to the compiler.
    Other(TokenStream),
}

impl Member {
    /// Returns the name of a type or method.
    pub(super) fn name(&self) -> Option<&Ident> {
        match self {
            Self::Type(item) => Some(&item.ident),
            Self::Method(function) => Some(function.name()),
            Self::Other(_) => None,
        }
    }
}

impl WorkerImpl {
    /// Returns whether there is a member of that name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.members
            .iter()
            .filter_map(Member::name)
            .any(|member| member == name)
    }

    /// Returns whether there may be a member of that name: what a macro writes is not seen here.
    pub(super) fn may_have(&self, name: &str) -> bool {
        let is_unseen = |member: &Member| matches!(member, Member::Other(_));
        self.has(name) || self.members.iter().any(is_unseen)
    }

    /// Returns the declared message type.
    pub(super) fn message(&self) -> Option<&Type> {
        self.members.iter().find_map(|member| match member {
            Member::Type(item) if item.ident == "Message" => Some(&item.ty),
            _ => None,
        })
    }

    /// Adds an associated type.
    pub(super) fn declare(&mut self, name: &str, ty: TokenStream) {
        self.members.push(Member::Type(Alias::new(name, ty)));
    }

    /// Returns all methods, those that don't fit included.
    pub(super) fn methods(&self) -> impl Iterator<Item = &Function> {
        let fitting = self.members.iter().filter_map(|member| match member {
            Member::Method(function) => Some(&**function),
            _ => None,
        });
        fitting.chain(&self.strays)
    }

    /// Returns the trait, as the user wrote it.
    pub(super) fn trait_path(&self) -> Option<&Type> {
        self.header.trait_.as_ref().map(|(path, _)| path)
    }

    /// Returns the type that the impl is of, as a user writes it.
    pub(super) fn subject(&self) -> String {
        spelled(&self.header.self_ty)
    }
}

impl ToTokens for Member {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Self::Type(item) => item.to_tokens(tokens),
            Self::Method(function) => function.to_tokens(tokens),
            Self::Other(item) => item.to_tokens(tokens),
        }
    }
}
