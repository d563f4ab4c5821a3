use syn::{FnArg, ReceiverKind, ReturnType, Signature, TraitItemFn, Type};

use crate::condition::Condition;
use crate::mistakes::Mistakes;
use crate::ty;

use super::model::{Answer, Argument, Method};
use super::{argument, names, output, settings, stream};

/// Reads a method that is called by a message, or reports why it can't be.
///
/// What is missing for it to be async is added, and a body is left out: the compiler checks the rest.
pub(super) fn read(method: &mut TraitItemFn, mistakes: &mut Mistakes) -> Option<Method> {
    let wire_name = settings::take_name(&mut method.attrs, mistakes);
    refuse_body(method, mistakes);
    let stream = stream::read(&method.sig);
    let is_fit = stream::check(&method.sig, mistakes);
    if is_fit && stream.is_none() {
        make_async(&mut method.sig, mistakes);
    }
    let takes_mut_self = takes_mut_self(&method.sig, mistakes);
    let is_concrete = is_concrete(&method.sig, mistakes);
    let (takes_context, reply, arguments) = arguments(&mut method.sig, mistakes);
    let answer = match (stream, reply) {
        (Some(stream), None) => Some(Answer::Stream(stream)),
        (_, reply) => answer(&method.sig, reply, mistakes),
    };
    let name = method.sig.ident.clone();
    let is_free = is_free(&name, mistakes);
    let arguments = arguments.filter(|_| is_fit && takes_mut_self && is_concrete && is_free)?;
    refuse_default_before_others(&arguments, mistakes);
    let mut sig = method.sig.clone();
    sig.asyncness = None;
    Some(Method {
        attrs: method.attrs.clone(),
        condition: Condition::of(&method.attrs),
        name: wire_name.map_or_else(|| names::on_the_wire(&name), |name| name.value()),
        variant: names::variant(&name),
        sig,
        takes_context,
        arguments,
        answer: answer?,
    })
}

fn refuse_body(method: &mut TraitItemFn, mistakes: &mut Mistakes) {
    if let Some(body) = method.default.take() {
        let message = "a method of a protocol has no body: write it in the impl";
        mistakes.at(body, message);
        method.semi_token = Some(Default::default());
    }
}

fn make_async(sig: &mut Signature, mistakes: &mut Mistakes) {
    if sig.asyncness.is_none() {
        let name = &sig.ident;
        let message = format!("`{name}` is not async: write `async fn {name}`");
        mistakes.at(sig.fn_token, message);
        sig.asyncness = Some(Default::default());
    }
}

fn takes_mut_self(sig: &Signature, mistakes: &mut Mistakes) -> bool {
    let name = &sig.ident;
    let Some(receiver) = sig.receiver() else {
        let message = format!("`{name}` lacks `&mut self`: write `async fn {name}(&mut self, …)`");
        mistakes.at(name, message);
        return false;
    };
    let is_mut = matches!(receiver.kind, ReceiverKind::Reference(_, None, Some(_)));
    if !is_mut {
        let message = format!("`{name}` may change its worker: write `&mut self`");
        mistakes.at(receiver, message);
    }
    is_mut
}

fn is_concrete(sig: &Signature, mistakes: &mut Mistakes) -> bool {
    let generics = &sig.generics;
    let has_parameters = !generics.params.is_empty();
    if has_parameters {
        let message = "a message is of one type: write the parameter on the trait";
        mistakes.at(&generics.params, message);
    }
    !has_parameters && generics.where_clause.is_none()
}

/// Reads the arguments after `self`: whether the first one is the context, what is answered by a
/// `Reply<T>`, and what travels, or `None` if one of them can't.
fn arguments(
    sig: &mut Signature,
    mistakes: &mut Mistakes,
) -> (bool, Option<Type>, Option<Vec<Argument>>) {
    let (mut takes_context, mut reply, mut all_can_travel) = (false, None, true);
    let mut arguments = Vec::new();
    let mut typed = sig.inputs.iter_mut().filter_map(|input| match input {
        FnArg::Typed(argument) => Some(argument),
        FnArg::Receiver(_) => None,
    });
    let mut first = true;
    for argument in &mut typed {
        let is_first = std::mem::take(&mut first);
        if is_first && argument::is_context(argument) {
            takes_context = true;
            continue;
        }
        if reply.is_some() {
            let message = "a `Reply` comes last: move it behind the arguments that are sent";
            mistakes.at(&argument.ty, message);
            all_can_travel = false;
        }
        if let Some(answer) = output::only_argument(&argument.ty, "Reply") {
            reply = Some(answer.clone());
            continue;
        }
        match argument::read(argument, mistakes) {
            Some(argument) => arguments.push(argument),
            None => all_can_travel = false,
        }
    }
    (takes_context, reply, all_can_travel.then_some(arguments))
}

fn answer(sig: &Signature, reply: Option<Type>, mistakes: &mut Mistakes) -> Option<Answer> {
    let Some(answer) = reply else {
        return borrows_nothing(&sig.output, mistakes).then(|| output::answer(&sig.output));
    };
    if let ReturnType::Type(_, ty) = &sig.output {
        let message = "this method answers by its `Reply`: remove the return type";
        mistakes.at(ty, message);
    }
    Some(Answer::Later(answer))
}

fn borrows_nothing(output: &ReturnType, mistakes: &mut Mistakes) -> bool {
    let ReturnType::Type(_, ty) = output else {
        return true;
    };
    let is_borrowed = matches!(ty::bare(ty), Type::Reference(_));
    if is_borrowed {
        let message = "an answer is sent, so it owns its data: return an owned type";
        mistakes.at(ty, message);
    }
    !is_borrowed
}

/// Reports a name that the client needs for something else.
fn is_free(name: &syn::Ident, mistakes: &mut Mistakes) -> bool {
    let is_taken = name == "new";
    if is_taken {
        let message = "`new` makes a client: give this method another name";
        mistakes.at(name, message);
    }
    !is_taken
}

fn refuse_default_before_others(arguments: &[Argument], mistakes: &mut Mistakes) {
    let last_without = arguments.iter().rposition(|it| it.default.is_none());
    for argument in &arguments[..last_without.unwrap_or(0)] {
        if argument.default.is_some() {
            let message = "an argument with a default comes last: a caller that doesn't know it \
                           leaves it out at the end";
            mistakes.at(&argument.name, message);
        }
    }
}
