use std::mem;

use syn::{Ident, Type, parse_quote};

use crate::crate_path::CratePath;
use crate::function::Function;
use crate::mistakes::Mistakes;
use crate::tokens::spelled;

use super::members::HANDLERS;
use super::model::{Member, WorkerImpl};
use super::routed;

/// Puts in what the user may leave out, and reports what may not be.
pub(super) fn complete(worker: &mut WorkerImpl, crate_path: &CratePath, mistakes: &mut Mistakes) {
    let private = crate_path.private();
    recognise_routed(worker);
    if !worker.has("Message") {
        let handled = missing_message(worker, mistakes);
        let message = handled.unwrap_or_else(|| parse_quote!(#private::Never));
        worker
            .members
            .push(Member::Type(parse_quote!(type Message = #message;)));
    }
    if !worker.has("Context") {
        worker.members.push(Member::Type(
            parse_quote!(type Context = #private::Context;),
        ));
    }
}

/// Makes of a `handle_message` that takes `Routed<M>` the method that the node calls with one.
///
/// A worker may declare that its messages are themselves `Routed`: then nothing is renamed.
fn recognise_routed(worker: &mut WorkerImpl) {
    let declared = worker.message().cloned();
    for member in &mut worker.members {
        let Member::Method(function) = member else {
            continue;
        };
        let is_routed = function.name() == "handle_message"
            && message_of(function).is_some_and(|ty| {
                let is_declared = declared.as_ref().is_some_and(|it| routed::is_same(it, ty));
                routed::message(ty).is_some() && !is_declared
            });
        if is_routed {
            function.sig.ident = Ident::new("handle_routed", function.name().span());
        }
    }
}

/// Returns the type of the argument that takes the message.
fn message_of(function: &Function) -> Option<&Type> {
    function.arguments().nth(1).map(|argument| &*argument.ty)
}

/// Reports that a worker with a handler declares no message type, and returns the handler's.
fn missing_message(worker: &mut WorkerImpl, mistakes: &mut Mistakes) -> Option<Type> {
    let handled = worker
        .methods()
        .filter(|function| is_handler(function))
        .find_map(message_of)?;
    let message = routed::message(handled).unwrap_or(handled).clone();
    if can_be_declared(&message) {
        let declaration = format!("type Message = {};", spelled(&message));
        mistakes.at(
            &message,
            format!("this impl lacks `type Message`: write `{declaration}`"),
        );
        return Some(message);
    }
    let advice = "this impl lacks `type Message`: write it with a type that owns its data, \
                  such as `type Message = String;`, and take that here";
    mistakes.at(&message, advice);
    set_handlers_apart(worker);
    None
}

fn is_handler(function: &Function) -> bool {
    HANDLERS.iter().any(|handler| function.name() == handler)
}

/// Returns whether a type means the same in the place of an associated type.
fn can_be_declared(ty: &Type) -> bool {
    let spelled = spelled(ty);
    let mut words = spelled.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
    !spelled.contains('&') && !words.any(|word| ["Self", "impl", "_"].contains(&word))
}

fn set_handlers_apart(worker: &mut WorkerImpl) {
    for member in mem::take(&mut worker.members) {
        match member {
            Member::Method(function) if is_handler(&function) => worker.strays.push(function),
            member => worker.members.push(member),
        }
    }
}
