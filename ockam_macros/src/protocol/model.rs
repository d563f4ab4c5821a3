use proc_macro2::Ident;
use syn::{Attribute, ItemTrait, Path, Signature, TraitItem, Type};

use crate::condition::Condition;

/// A trait whose methods are the messages of a worker.
pub(super) struct Protocol {
    /// The trait without its items.
    pub(super) header: ItemTrait,
    /// The name of the protocol on the wire.
    pub(super) name: String,
    pub(super) methods: Vec<Method>,
    /// The items that can't be called by a message. They stay in the trait, so that the user's impl of it
    /// isn't reported as well.
    pub(super) rejected: Vec<TraitItem>,
}

/// A method that is called by a message.
pub(super) struct Method {
    pub(super) attrs: Vec<Attribute>,
    pub(super) condition: Condition,
    /// The signature in the trait, without `async`; its output is the future's.
    pub(super) sig: Signature,
    /// The name of the method on the wire.
    pub(super) name: String,
    /// The variant of the message.
    pub(super) variant: Ident,
    pub(super) takes_context: bool,
    /// What travels.
    pub(super) arguments: Vec<Argument>,
    pub(super) answer: Answer,
}

/// An argument that travels.
pub(super) struct Argument {
    pub(super) name: Ident,
    pub(super) ty: Type,
    pub(super) default: Option<Default>,
}

/// What an argument is if the caller doesn't know it yet.
pub(super) enum Default {
    /// `#[serde(default)]`.
    OfType,
    /// `#[serde(default = "path")]`.
    By(Path),
}

/// What a client gets.
pub(super) enum Answer {
    /// Nothing: the call is sent, and not waited for.
    None,
    /// The value in a `Result<T>` of the framework, whose error is the handler's.
    Result(Type),
    /// Any other type, as it is.
    Value(Type),
    /// What the handler sends by a `Reply<T>`, now or later.
    Later(Type),
    /// The parts of a stream.
    Stream(StreamAnswer),
}

/// An answer that goes on.
pub(super) struct StreamAnswer {
    /// The type of a part.
    pub(super) part: Type,
    /// Whether the stream yields a `Result` of the framework, whose error is its last part.
    pub(super) is_fallible: bool,
    /// Whether the method is async.
    pub(super) is_async: bool,
    /// Whether the method returns a `Result` of a stream.
    pub(super) is_in_result: bool,
}
