use proc_macro2::{Ident, Span, TokenStream};
use quote::ToTokens;
use syn::{ImplItemType, ItemImpl, Path, parse_quote};

use crate::condition::Condition;
use crate::function::Function;
use crate::tokens::spelled;

use super::members::Trait;

/// An `impl Worker for …`, or of another trait that is completed.
pub(super) struct WorkerImpl {
    pub(super) of: Trait,
    /// The impl without its members.
    pub(super) header: ItemImpl,
    pub(super) members: Vec<Member>,
    /// Methods that don't fit the trait. They are emitted in an inherent impl, so that the compiler and
    /// the editor still check their bodies.
    pub(super) rejected: Vec<Function>,
}

/// What an impl contains.
pub(super) enum Member {
    Type(Box<ImplItemType>),
    Method(Box<Function>),
    /// Constants and macros, which are emitted as they are.
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

    /// Returns the declarations of an associated type. There may be several, with `#[cfg]`s.
    pub(super) fn types<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a ImplItemType> {
        self.members.iter().filter_map(move |member| match member {
            Member::Type(item) if item.ident == name => Some(&**item),
            _ => None,
        })
    }

    /// Returns the condition under which an associated type is not declared.
    pub(super) fn lacks(&self, name: &str) -> Condition {
        let declared = self.types(name).map(|item| Condition::of(&item.attrs));
        declared.fold(Condition::Never, Condition::or).negated()
    }

    /// Declares an associated type on a condition.
    pub(super) fn declare(&mut self, condition: &Condition, name: &str, ty: &TokenStream) {
        if !condition.is_never() {
            let name = Ident::new(name, Span::call_site());
            let item = parse_quote!(#condition type #name = #ty;);
            self.members.push(Member::Type(Box::new(item)));
        }
    }

    /// Returns all methods, those that don't fit included.
    pub(super) fn methods(&self) -> impl Iterator<Item = &Function> {
        let fitting = self.members.iter().filter_map(|member| match member {
            Member::Method(function) => Some(&**function),
            _ => None,
        });
        fitting.chain(&self.rejected)
    }

    /// Returns the trait, as the user wrote it.
    pub(super) fn trait_path(&self) -> Option<&Path> {
        self.header.trait_.as_ref().map(|(path, _)| path)
    }

    /// Returns the type that implements the trait, as a user writes it.
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
