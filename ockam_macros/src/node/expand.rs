use std::mem;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};

use crate::attributes::Attribute;
use crate::function::Function;
use crate::signature::{Argument, Input};
use crate::tokens::place;

use super::model::Entry;
use super::role::Role;

/// Writes the function that is called from outside, and the user's as it was written.
///
/// A test, and a function named `main`, are nested in the one that takes their name. A `main` of
/// another name stays where it is, so that it can be called from elsewhere as well.
pub(super) fn expand(mut entry: Entry) -> TokenStream {
    tolerate(&mut entry);
    let private = entry.settings.crate_path.private();
    let run = run(&entry);
    let Entry { role, function, .. } = entry;
    match role {
        Role::Test => {
            let test = nested(function, &quote!(), &run);
            quote!(#[#private::std::prelude::v1::test] #test)
        }
        Role::Main => {
            let returns = quote!(-> #private::std::process::ExitCode);
            let place = if function.name() == "main" {
                nested
            } else {
                beside
            };
            place(function, &returns, &run)
        }
    }
}

/// Allows what a newcomer's first program does, and what the attribute makes of it.
///
/// The guide gives every `main` a `mut ctx`, before there is something to receive, and formats in
/// a way that some versions of clippy warn about.
fn tolerate(entry: &mut Entry) {
    let Function { attrs, sig, .. } = &mut entry.function;
    let lints = quote!(clippy::unused_async, clippy::uninlined_format_args);
    attrs.insert(0, Attribute::allow(lints));
    if !entry.is_callable {
        attrs.insert(0, Attribute::allow(quote!(dead_code)));
    }
    if let Some(Input::Argument(argument)) = sig.inputs.first_mut() {
        if argument.is_mut() {
            argument.attrs.push(Attribute::allow(quote!(unused_mut)));
        }
    }
}

/// Writes the body of the function that is called from outside.
fn run(entry: &Entry) -> TokenStream {
    let private = entry.settings.crate_path.private();
    let builder = entry.settings.builder();
    let ended = ended(entry);
    match entry.role {
        Role::Main if entry.is_callable => quote!(#private::run(#builder, #ended)),
        Role::Test if entry.is_callable => quote!(#private::run_test(#builder, #ended)),
        Role::Main => quote!(#private::std::process::ExitCode::FAILURE),
        Role::Test => quote!(),
    }
}

/// Writes the closure that takes the context and says how the user's function ended.
///
/// What the compiler holds against the argument's type or the return type is said at the user's
/// tokens: the first is spelled again, the second lends its place to the call of `ended`.
fn ended(entry: &Entry) -> TokenStream {
    let private = entry.settings.crate_path.private();
    let Function { sig, .. } = &entry.function;
    let name = &sig.ident;
    let (held, argument) = match entry.function.arguments().next() {
        Some(Argument { ty, .. }) => (
            None,
            Some(quote!(<#ty as #private::MainArgument>::from_context(__context))),
        ),
        None => (Some(quote!(let _held = __context;)), None),
    };
    let returned = match &sig.output {
        Some(output) => place(&output.ty),
        None => name.span(),
    };
    let ended = quote_spanned!(Span::call_site().located_at(returned)=> __outcome.ended());
    quote! {
        |__context| async move {
            #held
            let mut __outcome = #private::Outcome::of(#name(#argument)).await;
            #ended
        }
    }
}

fn nested(mut function: Function, returns: &TokenStream, run: &TokenStream) -> TokenStream {
    let name = function.name().clone();
    let vis = mem::take(&mut function.vis);
    let (outward, inward): (Vec<_>, Vec<_>) = mem::take(&mut function.attrs)
        .into_iter()
        .partition(Attribute::is_outward);
    function.attrs = inward;
    quote! {
        #(#outward)*
        #vis fn #name() #returns {
            #function
            #run
        }
    }
}

fn beside(function: Function, returns: &TokenStream, run: &TokenStream) -> TokenStream {
    let main = Ident::new("main", function.name().span());
    quote! {
        fn #main() #returns { #run }
        #function
    }
}
