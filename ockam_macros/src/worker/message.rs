use std::mem;

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{ImplItemType, Type};

use crate::condition::Condition;
use crate::count::Count;
use crate::function::Function;
use crate::mistakes::Mistakes;
use crate::tokens::spelled;
use crate::ty;

use super::model::{Member, WorkerImpl};
use super::{members, routed};

/// Returns the type of the message that a handler takes, which is its second argument. With `#[cfg]`s,
/// there may be several such types, each with its condition.
pub(super) fn taken_by(handler: &Function) -> Vec<(Condition, &Type)> {
    let mut taken = Vec::new();
    let mut before = Count::up_to(2);
    for argument in handler.arguments() {
        let present = Condition::of(&argument.attrs);
        let is_second = before.is(1).and(present.clone());
        if !is_second.is_never() {
            taken.push((is_second, &*argument.ty));
        }
        before.add(&present);
    }
    taken
}

/// Declares the message type if the user doesn't. Reports a handler whose message type is not declared,
/// and a declared type that can't be a message type.
///
/// `never` is the message type of a worker that handles nothing.
pub(super) fn complete(worker: &mut WorkerImpl, never: &TokenStream, mistakes: &mut Mistakes) {
    let mut is_missing = worker.lacks("Message");
    for (condition, message) in handled(worker) {
        let here = is_missing.clone().and(condition.clone());
        if !here.is_never() {
            is_missing = is_missing.and(condition.negated());
            undeclared(worker, &here, &message, never, mistakes);
        }
    }
    if refuse_text(worker, mistakes) {
        is_missing = worker.lacks("Message");
    }
    worker.declare(&is_missing, "Message", never);
}

/// Reports a message type that is not declared, and declares it, so that the compiler doesn't report it.
fn undeclared(
    worker: &mut WorkerImpl,
    condition: &Condition,
    message: &Type,
    never: &TokenStream,
    mistakes: &mut Mistakes,
) {
    let spelled = spelled(message);
    let can_be_declared = can_be_declared(&spelled);
    let advice = if can_be_declared {
        format!("this impl lacks `type Message`: write `type Message = {spelled};`")
    } else {
        "this impl lacks `type Message`: write it with a type that owns its data, \
         such as `type Message = String;`, and take that here"
            .into()
    };
    mistakes.only_if(condition.clone(), |mistakes| mistakes.at(message, advice));
    if can_be_declared {
        worker.declare(condition, "Message", &message.into_token_stream());
    } else {
        worker.declare(condition, "Message", never);
        if condition.is_always() {
            reject_handlers(worker);
        }
    }
}

/// Returns the message types that the handlers take, each with its condition.
fn handled(worker: &WorkerImpl) -> Vec<(Condition, Type)> {
    let is_handler = |function: &&Function| members::is_handler(function.name());
    let mut handled = Vec::new();
    for handler in worker.methods().filter(is_handler) {
        let present = Condition::of(&handler.attrs);
        for (condition, taken) in taken_by(handler) {
            let message = routed::message(taken).unwrap_or(taken);
            handled.push((present.clone().and(condition), message.clone()));
        }
    }
    handled
}

/// Returns whether a type can be written as an associated type, with the same meaning.
fn can_be_declared(spelled: &str) -> bool {
    let mut words = spelled.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
    !spelled.contains('&') && !words.any(|word| ["Self", "impl", "_"].contains(&word))
}

/// Reports a declared `&str`, for which the compiler's message is hard to understand. Returns whether the
/// declaration was removed.
fn refuse_text(worker: &mut WorkerImpl, mistakes: &mut Mistakes) -> bool {
    let is_text = |item: &&ImplItemType| match ty::bare(&item.ty) {
        Type::Reference(it) => it.mutability.is_none() && spelled(&it.elem) == "str",
        _ => false,
    };
    let mut is_refused = false;
    for item in worker.types("Message").filter(is_text) {
        let condition = Condition::of(&item.attrs);
        is_refused |= condition.is_always();
        mistakes.only_if(condition, |mistakes| {
            let message = "a message owns its data: write `type Message = String;`";
            mistakes.at(&item.ty, message);
        });
    }
    if is_refused {
        let is_message = |member: &Member| member.name().is_some_and(|name| name == "Message");
        worker.members.retain(|member| !is_message(member));
        reject_handlers(worker);
    }
    is_refused
}

fn reject_handlers(worker: &mut WorkerImpl) {
    for member in mem::take(&mut worker.members) {
        match member {
            Member::Method(function) if members::is_handler(function.name()) => {
                worker.rejected.push(*function);
            }
            member => worker.members.push(member),
        }
    }
}
