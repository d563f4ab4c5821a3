use std::mem;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{PatType, ReturnType, Visibility};

use crate::attributes;
use crate::condition::Condition;
use crate::function::Function;
use crate::lints;
use crate::tokens::place;

use super::model::Entry;
use super::role::Role;

/// Writes the user's function, and the one that starts a node for it.
///
/// A test is nested in the function that takes its name, and so is a function named `main`. A function
/// of another name stays where it is, so that it can be called from elsewhere as well.
pub(super) fn expand(mut entry: Entry) -> TokenStream {
    lints::unused_mut(&mut entry.function);
    lints::uninlined_format_args(&mut entry.function);
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

/// Writes the body of the function that starts a node.
fn run(entry: &Entry) -> TokenStream {
    let private = entry.settings.crate_path.private();
    let builder = entry.settings.builder();
    let ended = ended(entry);
    let (run, instead) = match entry.role {
        Role::Main => (
            quote!(#private::run(#builder, #ended)),
            quote!(#private::std::process::ExitCode::FAILURE),
        ),
        Role::Test => {
            let trial = entry.settings.trial.builder(&private);
            let name = entry.function.name().to_string();
            let test = quote!(#private::TestRun::new(#name, #builder));
            (quote!(#test #trial.run(#ended)), quote!())
        }
    };
    let is_callable = &entry.is_callable;
    let is_not = is_callable.clone().negated();
    match is_callable {
        Condition::Always => run,
        Condition::Never => instead,
        Condition::If(_) => quote!(#is_callable { #run } #is_not { #instead }),
    }
}

/// Writes the closure that takes the context, calls the user's function, and returns how it ended.
///
/// The compiler reports a wrong type of the argument or a wrong return type at the user's tokens: the
/// argument's type is repeated, and the call of `ended` has the position of the return type.
fn ended(entry: &Entry) -> TokenStream {
    let Function { sig, .. } = &entry.function;
    let calls = calls(entry);
    let returned = match &sig.output {
        ReturnType::Type(_, ty) => place(ty),
        ReturnType::Default => sig.ident.span(),
    };
    let ended = quote_spanned!(Span::call_site().located_at(returned)=> __outcome.ended());
    quote! {
        |__context| async move {
            #calls
            #ended
        }
    }
}

/// Writes the call of the user's function. If its argument has a `#[cfg]`, there are two: one with the
/// argument and one without it.
///
/// The function is first used as a value. `clippy::unused_async` doesn't report such a function if it
/// awaits nothing.
fn calls(entry: &Entry) -> TokenStream {
    let private = entry.settings.crate_path.private();
    let name = entry.function.name();
    let mut calls = quote!(let __function = #name;);
    let mut is_left = Condition::Always;
    for PatType { attrs, ty, .. } in entry.function.arguments() {
        let present = Condition::of(attrs);
        let condition = is_left.clone().and(present.clone());
        is_left = is_left.and(present.negated());
        let argument = quote!(<#ty as #private::MainArgument>::from_context(__context));
        calls.extend(quote! {
            #condition
            let mut __outcome = #private::Outcome::of(__function(#argument)).await;
        });
    }
    if !is_left.is_never() {
        calls.extend(quote! {
            #is_left
            let _held = __context;
            #is_left
            let mut __outcome = #private::Outcome::of(__function()).await;
        });
    }
    calls
}

fn nested(mut function: Function, returns: &TokenStream, run: &TokenStream) -> TokenStream {
    let name = function.name().clone();
    let vis = mem::replace(&mut function.vis, Visibility::Inherited);
    let (outward, inward): (Vec<_>, Vec<_>) = mem::take(&mut function.attrs)
        .into_iter()
        .partition(attributes::is_outward);
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
