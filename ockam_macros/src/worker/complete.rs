use std::mem;

use proc_macro2::{Ident, Span};
use quote::quote;
use syn::{ImplItemType, Token, parse_quote};

use crate::condition::Condition;
use crate::crate_path::CratePath;
use crate::function::Function;
use crate::mistakes::Mistakes;

use super::members;
use super::message;
use super::model::{Member, WorkerImpl};
use super::routed;

/// Adds what the user may leave out, and reports what is missing.
pub(super) fn complete(worker: &mut WorkerImpl, crate_path: &CratePath, mistakes: &mut Mistakes) {
    let private = crate_path.private();
    let name = Ident::new(worker.of.name, Span::call_site());
    let trait_ = || {
        (
            parse_quote!(#private::#name),
            Token![for](Span::call_site()),
        )
    };
    worker.header.trait_.get_or_insert_with(trait_);
    if worker.of.types.names.contains(&"Message") {
        recognise_routed(worker);
        message::complete(worker, &quote!(#private::Never), mistakes);
    }
    if worker.of.methods.names.contains(&"process") {
        complete_process(worker, crate_path, mistakes);
    }
    let lacks_context = worker.lacks("Context");
    worker.declare(&lacks_context, "Context", &quote!(#private::Context));
}

/// Reports that there is no `process`. Writes one that never runs, also in place of one that doesn't fit, so that
/// the compiler reports nothing about it.
fn complete_process(worker: &mut WorkerImpl, crate_path: &CratePath, mistakes: &mut Mistakes) {
    let is_other = |member: &Member| matches!(member, Member::Other(_));
    if worker.has("process") || worker.members.iter().any(is_other) {
        return;
    }
    let is_rejected = worker.rejected.iter().any(|it| it.name() == "process");
    if let (false, Some(path)) = (is_rejected, worker.trait_path()) {
        let signature = members::signature("process");
        mistakes.at(path, format!("this impl lacks a turn: write `{signature}`"));
    }
    let private = crate_path.private();
    worker.members.push(Member::Other(quote! {
        async fn process(&mut self, _: &mut Self::Context) -> #private::Result<bool> {
            #private::std::unreachable!()
        }
    }));
}

/// Renames a `handle_message` that takes `Routed<M>` to `handle_routed`.
fn recognise_routed(worker: &mut WorkerImpl) {
    let declared: Vec<ImplItemType> = worker.types("Message").cloned().collect();
    for member in mem::take(&mut worker.members) {
        match member {
            Member::Method(function) if function.name() == "handle_message" => {
                let is_routed = takes_routed(&function, &declared);
                let mut routed = function.only_if(&is_routed);
                if let Some(routed) = &mut routed {
                    routed.sig.ident = Ident::new("handle_routed", function.name().span());
                }
                let plain = function.only_if(&is_routed.negated());
                let handlers = routed.into_iter().chain(plain);
                worker
                    .members
                    .extend(handlers.map(Box::new).map(Member::Method));
            }
            member => worker.members.push(member),
        }
    }
}

/// Returns the condition under which a handler takes `Routed<M>`, and the declared message type isn't
/// this `Routed<M>` itself.
fn takes_routed(handler: &Function, declared: &[ImplItemType]) -> Condition {
    let mut is_routed = Condition::Never;
    for (condition, taken) in message::taken_by(handler) {
        if routed::message(taken).is_some() {
            let same = declared.iter().filter(|it| routed::is_same(&it.ty, taken));
            let same = same.map(|item| Condition::of(&item.attrs));
            let is_declared = same.fold(Condition::Never, Condition::or);
            is_routed = is_routed.or(condition.and(is_declared.negated()));
        }
    }
    is_routed
}
