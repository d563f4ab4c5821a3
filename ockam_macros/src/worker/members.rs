//! The members of the trait `Worker`.

use proc_macro2::Ident;

pub(super) const TYPES: Kind = Kind {
    noun: "type",
    names: &["Message", "Context"],
};

pub(super) const METHODS: Kind = Kind {
    noun: "method",
    names: &[
        "initialize",
        "handle_message",
        "handle_routed",
        "undelivered",
        "down",
        "stopping",
        "shutdown",
    ],
};

/// A kind of members.
#[derive(Clone, Copy)]
pub(super) struct Kind {
    pub(super) noun: &'static str,
    pub(super) names: &'static [&'static str],
}

/// Returns whether a method takes a message.
pub(super) fn is_handler(method: &Ident) -> bool {
    method == "handle_message" || method == "handle_routed"
}

/// Returns the arguments of a method after `&mut self`, as a user writes them.
pub(super) fn arguments(method: &str) -> &'static [&'static str] {
    match method {
        "handle_message" => &["ctx: &mut Context", "msg: …"],
        "handle_routed" => &["ctx: &mut Context", "msg: Routed<…>"],
        "undelivered" => &["ctx: &mut Context", "failure: Error"],
        "down" => &["ctx: &mut Context", "down: Down"],
        _ => &["ctx: &mut Context"],
    }
}

/// Returns a method's signature, as a user writes it.
pub(super) fn signature(method: &str) -> String {
    let arguments = arguments(method).join(", ");
    format!("async fn {method}(&mut self, {arguments}) -> Result<()>")
}
