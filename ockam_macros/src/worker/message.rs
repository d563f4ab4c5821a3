use std::mem;

use quote::ToTokens;

use crate::function::Function;
use crate::mistakes::Mistakes;
use crate::tokens::spelled;
use crate::ty::Type;

use super::model::{Member, WorkerImpl};
use super::{members, routed};

/// Returns the type of the message that a handler takes.
pub(super) fn taken_by(handler: &Function) -> Option<&Type> {
    handler.arguments().nth(1).map(|argument| &argument.ty)
}

/// Reports a worker whose handler takes messages of a type that isn't declared, or can't be.
pub(super) fn check(worker: &mut WorkerImpl, mistakes: &mut Mistakes) {
    match worker.message() {
        None => undeclared(worker, mistakes),
        Some(declared) if is_text(declared) => {
            let message = "a message owns its data: write `type Message = String;`";
            mistakes.at(declared, message);
            worker
                .members
                .retain(|member| member.name().is_none_or(|name| name != "Message"));
            set_handlers_apart(worker);
        }
        Some(_) => {}
    }
}

/// The type is declared in the user's stead, so that the compiler misses nothing.
fn undeclared(worker: &mut WorkerImpl, mistakes: &mut Mistakes) {
    let Some(message) = handled(worker) else {
        return; // A worker that handles nothing needs no type.
    };
    if can_be_declared(&message) {
        let declaration = format!("type Message = {};", spelled(&message));
        mistakes.at(
            &message,
            format!("this impl lacks `type Message`: write `{declaration}`"),
        );
        worker.declare("Message", message.into_token_stream());
    } else {
        let advice = "this impl lacks `type Message`: write it with a type that owns its data, \
                      such as `type Message = String;`, and take that here";
        mistakes.at(&message, advice);
        set_handlers_apart(worker);
    }
}

/// Returns the type that the first handler shows to be the worker's message type.
fn handled(worker: &WorkerImpl) -> Option<Type> {
    let is_handler = |function: &&Function| members::is_handler(function.name());
    let taken = worker.methods().filter(is_handler).find_map(taken_by)?;
    Some(routed::message(taken).unwrap_or_else(|| taken.clone()))
}

/// Returns whether a type means the same in the place of an associated type.
fn can_be_declared(ty: &Type) -> bool {
    let spelled = spelled(ty);
    let mut words = spelled.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
    !spelled.contains('&') && !words.any(|word| ["Self", "impl", "_"].contains(&word))
}

/// Returns whether a type is `&str`, of which the compiler says only that it is not general enough.
fn is_text(ty: &Type) -> bool {
    ty.referent()
        .is_some_and(|referent| spelled(referent) == "str")
}

fn set_handlers_apart(worker: &mut WorkerImpl) {
    for member in mem::take(&mut worker.members) {
        match member {
            Member::Method(function) if members::is_handler(function.name()) => {
                worker.strays.push(*function);
            }
            member => worker.members.push(member),
        }
    }
}
