use proc_macro2::{Ident, Span};
use quote::quote;

use crate::crate_path::CratePath;
use crate::function::Function;
use crate::mistakes::Mistakes;
use crate::ty::Type;

use super::message;
use super::model::{Member, WorkerImpl};
use super::routed;

/// Puts in what the user may leave out, and reports what may not be.
pub(super) fn complete(worker: &mut WorkerImpl, crate_path: &CratePath, mistakes: &mut Mistakes) {
    let private = crate_path.private();
    let for_token = Ident::new("for", Span::call_site());
    let path = || (Type::new(quote!(#private::Worker)), for_token);
    worker.header.trait_.get_or_insert_with(path);
    recognise_routed(worker);
    message::check(worker, mistakes);
    if !worker.has("Message") {
        worker.declare("Message", quote!(#private::Never));
    }
    if !worker.has("Context") {
        worker.declare("Context", quote!(#private::Context));
    }
}

/// Makes of a `handle_message` that takes `Routed<M>` the method that the node calls with one.
fn recognise_routed(worker: &mut WorkerImpl) {
    let declared = worker.message().cloned();
    for member in &mut worker.members {
        if let Member::Method(function) = member {
            if function.name() == "handle_message" && takes_routed(function, declared.as_ref()) {
                function.sig.ident = Ident::new("handle_routed", function.name().span());
            }
        }
    }
}

/// A worker whose messages are declared to be `Routed` themselves takes them as they are.
fn takes_routed(handler: &Function, declared: Option<&Type>) -> bool {
    message::taken_by(handler).is_some_and(|taken| {
        let is_declared = declared.is_some_and(|declared| routed::is_same(declared, taken));
        routed::message(taken).is_some() && !is_declared
    })
}
