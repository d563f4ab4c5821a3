use syn::{Receiver, ReceiverKind, ReturnType, Signature, Type};

use crate::condition::Condition;
use crate::count::Count;
use crate::function::Function;
use crate::mistakes::Mistakes;
use crate::tokens::spelled;
use crate::ty;

use super::members;

/// Returns the condition under which a function has the form of the method with its name; reports what is
/// wrong with it. `noun` says what has the method.
///
/// The compiler checks the types that it takes and returns, because it knows them by every name.
pub(super) fn fits(noun: &str, function: &mut Function, mistakes: &mut Mistakes) -> Condition {
    let is_async = is_async(noun, function, mistakes);
    let takes_mut_self = takes_mut_self(noun, &function.sig, mistakes);
    let takes_arguments = takes_arguments(function, mistakes);
    let returns_result = returns_result(&function.sig, mistakes);
    match is_async && takes_mut_self && returns_result {
        true => takes_arguments,
        false => Condition::Never,
    }
}

/// Returns whether a method is async, or returns an `impl Future`. Any other method is made async, so that
/// it can use `.await`.
fn is_async(noun: &str, function: &mut Function, mistakes: &mut Mistakes) -> bool {
    let sig = &function.sig;
    let returns_impl = matches!(&sig.output, ReturnType::Type(_, ty) if ty::is_impl(ty));
    if sig.asyncness.is_some() || returns_impl {
        return true;
    }
    let name = &sig.ident;
    let mut lifetimes = sig.generics.lifetimes();
    let is_boxed = lifetimes.any(|param| param.lifetime.ident == "async_trait");
    let message = if is_boxed {
        format!("a {noun} needs no `#[async_trait]`: remove that attribute")
    } else {
        format!("`{name}` is not async: write `async fn {name}`")
    };
    mistakes.at(sig.fn_token, message);
    function.make_async();
    false
}

fn takes_mut_self(noun: &str, sig: &Signature, mistakes: &mut Mistakes) -> bool {
    let name = &sig.ident;
    let signature = members::signature(&name.to_string());
    match sig.receiver() {
        None => mistakes.at(
            name,
            format!("`{name}` lacks `&mut self`: write `{signature}`"),
        ),
        Some(receiver) if is_mut_reference(receiver) => return true,
        Some(receiver) => {
            mistakes.at(
                receiver,
                format!("`{name}` may change its {noun}: write `&mut self`"),
            );
        }
    }
    false
}

/// Returns whether the receiver is `&mut self` or `self: &mut …`.
fn is_mut_reference(receiver: &Receiver) -> bool {
    match &receiver.kind {
        ReceiverKind::Reference(_, _, mutability) => mutability.is_some(),
        ReceiverKind::Typed(_, ty) => match ty::bare(ty) {
            Type::Reference(reference) => reference.mutability.is_some(),
            _ => false,
        },
        _ => false,
    }
}

/// Returns the condition under which a method has the right number of arguments.
fn takes_arguments(function: &Function, mistakes: &mut Mistakes) -> Condition {
    let name = function.name();
    let method = name.to_string();
    let expected = members::arguments(&method).len();
    let signature = members::signature(&method);
    let mut given = Count::up_to(expected);
    let mut are_surplus = Vec::new();
    for argument in function.arguments() {
        let present = Condition::of(&argument.attrs);
        are_surplus.push((argument, present.clone().and(given.is(expected))));
        given.add(&present);
    }
    let mut is_wrong = given.is_below_limit();
    mistakes.only_if(is_wrong.clone(), |mistakes| {
        mistakes.at(
            name,
            format!("`{name}` lacks an argument: write `{signature}`"),
        );
    });
    for (argument, is_surplus) in are_surplus {
        is_wrong = is_wrong.or(is_surplus.clone());
        mistakes.only_if(is_surplus, |mistakes| {
            mistakes.at(
                argument,
                format!("`{name}` has an argument too many: write `{signature}`"),
            );
        });
    }
    is_wrong.negated()
}

fn returns_result(sig: &Signature, mistakes: &mut Mistakes) -> bool {
    let name = &sig.ident;
    let expected = members::output(&name.to_string());
    let message = format!("`{name}` returns no result: write `-> {expected}`");
    match &sig.output {
        ReturnType::Default => mistakes.at(name, message),
        ReturnType::Type(_, ty) if ty::is_unit(ty) => mistakes.at(ty, message),
        ReturnType::Type(_, ty) if name == "process" && spelled(ty) == "Result<()>" => {
            let message = "`process` says whether it goes on: write `-> Result<bool>`";
            mistakes.at(ty, message);
        }
        ReturnType::Type(..) => return true,
    }
    false
}
