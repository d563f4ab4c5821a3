use std::mem;

use quote::ToTokens;

use crate::mistakes::Mistakes;
use crate::signature::{Argument, Input, Signature};
use crate::tokens::inside_angles;

use super::model::Entry;
use super::role::Role;

/// Reports what keeps the function from running on a node.
///
/// The function is mended where that is possible, so that the compiler doesn't report the same
/// mistake again, in other words.
pub(super) fn validate(entry: &mut Entry, mistakes: &mut Mistakes) {
    rivals(entry, mistakes);
    asyncness(entry, mistakes);
    qualifiers(&mut entry.function.sig, mistakes);
    receiver(&mut entry.function.sig, mistakes);
    let are_generics_fine = generics(&entry.function.sig, mistakes);
    let are_arguments_fine = arguments(&entry.function.sig, mistakes);
    entry.is_callable = are_generics_fine && are_arguments_fine;
}

/// Another attribute that makes a `main` or a test of the function would do it twice.
fn rivals(entry: &mut Entry, mistakes: &mut Mistakes) {
    let own = entry.role.usage().attribute;
    let does = match entry.role {
        Role::Main => "makes the program's `main`",
        Role::Test => "makes this a test",
    };
    entry.function.attrs.retain(|attribute| {
        let is_rival = attribute.ends_with(entry.role.rival());
        if is_rival {
            mistakes.at(
                attribute,
                format!("`{own}` already {does}: remove this attribute"),
            );
        }
        !is_rival
    });
}

fn asyncness(entry: &mut Entry, mistakes: &mut Mistakes) {
    let sig = &entry.function.sig;
    if sig.asyncness.is_none() {
        let name = &sig.ident;
        let message = format!("`{name}` is not async: write `async fn {name}`");
        mistakes.at(&sig.fn_token, message);
        entry.function.make_async();
    }
}

fn qualifiers(sig: &mut Signature, mistakes: &mut Mistakes) {
    let qualifiers = [
        ("const", sig.constness.take().into_token_stream()),
        ("unsafe", sig.safety.take().into_token_stream()),
        ("extern", mem::take(&mut sig.abi)),
        ("variadic", variadic(sig).into_token_stream()),
    ];
    for (word, tokens) in qualifiers {
        if !tokens.is_empty() {
            mistakes.at(
                tokens,
                format!("`{}` can't be `{word}`: remove this", sig.ident),
            );
        }
    }
}

/// Takes off the argument that stands for any number of them.
fn variadic(sig: &mut Signature) -> Option<Input> {
    let is_variadic = |input: &Input| matches!(input, Input::Argument(it) if it.is_variadic());
    let ends_so = sig.inputs.last().is_some_and(is_variadic);
    ends_so.then(|| sig.inputs.pop())?
}

fn receiver(sig: &mut Signature, mistakes: &mut Mistakes) {
    if let Some(receiver) = sig.receiver() {
        let name = &sig.ident;
        let message = format!("`{name}` takes no `self`: write `{name}(ctx: Context)`");
        mistakes.at(receiver, message);
        sig.inputs.remove(0);
    }
}

fn generics(sig: &Signature, mistakes: &mut Mistakes) -> bool {
    let name = &sig.ident;
    let params = inside_angles(&sig.generics);
    if !params.is_empty() {
        mistakes.at(
            &params,
            format!("`{name}` takes no generic parameters: remove them"),
        );
    }
    if !sig.where_clause.is_empty() {
        mistakes.at(
            &sig.where_clause,
            format!("`{name}` takes no `where` clause: remove it"),
        );
    }
    params.is_empty() && sig.where_clause.is_empty()
}

/// The type of the argument is left to the compiler, which knows it under every name.
fn arguments(sig: &Signature, mistakes: &mut Mistakes) -> bool {
    let name = &sig.ident;
    let mut is_fine = true;
    for (index, input) in sig.inputs.iter().enumerate() {
        let Input::Argument(Argument { ty, .. }) = input else {
            continue;
        };
        if index > 0 {
            mistakes.at(
                input,
                format!("`{name}` takes one argument, `ctx: Context`: remove this one"),
            );
            is_fine = false;
        } else if ty.is_impl() {
            mistakes.at(
                ty,
                format!("`{name}` takes the context itself: write `ctx: Context`"),
            );
            is_fine = false;
        }
    }
    is_fine
}
