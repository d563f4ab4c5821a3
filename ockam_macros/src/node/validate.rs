use std::mem;

use proc_macro2::TokenTree;
use quote::ToTokens;
use syn::{Safety, Signature};

use crate::attributes;
use crate::condition::Condition;
use crate::count::Count;
use crate::mistakes::Mistakes;
use crate::ty;

use super::cases;
use super::model::Entry;
use super::role::Role;

/// Reports what prevents the function from running on a node.
///
/// The function is corrected where that is possible, so that the compiler doesn't report the same
/// mistake again in other words.
pub(super) fn validate(entry: &mut Entry, mistakes: &mut Mistakes) {
    competitors(entry, mistakes);
    asyncness(entry, mistakes);
    qualifiers(&mut entry.function.sig, mistakes);
    receiver(&mut entry.function.sig, mistakes);
    let are_cases_made =
        entry.role == Role::Main || cases::are_made_first(&mut entry.function, mistakes);
    let are_generics_fine = generics(&entry.function.sig, mistakes);
    // If the cases are not made, the function still has their arguments.
    entry.is_callable = match are_cases_made {
        true => arguments(entry, mistakes),
        false => Condition::Never,
    };
    if !are_generics_fine {
        entry.is_callable = Condition::Never;
    }
}

/// Reports other attributes that make a `main` or a test of the function.
fn competitors(entry: &mut Entry, mistakes: &mut Mistakes) {
    let own = entry.role.usage().attribute;
    let does = does(entry.role);
    entry.function.attrs.retain(|attribute| {
        let is_competitor = attributes::ends_with(attribute, entry.role.competitor());
        if is_competitor {
            mistakes.at(
                attribute,
                format!("`{own}` already {does}: remove this attribute"),
            );
        }
        !is_competitor
    });
}

/// Returns what an attribute does with the user's function.
fn does(role: Role) -> &'static str {
    match role {
        Role::Main => "makes the program's `main`",
        Role::Test => "makes this a test",
    }
}

/// Returns whether a body is what `#[tokio::main]` makes of one. That attribute runs first if it stands above, and is
/// gone then.
fn starts_a_runtime(body: &TokenTree) -> bool {
    let mut body = body.to_string();
    body.retain(|letter| !letter.is_whitespace());
    body.contains("::runtime::Builder") && body.contains(".block_on(body)")
}

fn asyncness(entry: &mut Entry, mistakes: &mut Mistakes) {
    let sig = &entry.function.sig;
    if sig.asyncness.is_none() {
        let name = &sig.ident;
        let message = match starts_a_runtime(&entry.function.body) {
            true => format!(
                "`{own}` already {does}: remove the attribute of tokio above it",
                own = entry.role.usage().attribute,
                does = does(entry.role)
            ),
            false => format!("`{name}` is not async: write `async fn {name}`"),
        };
        mistakes.at(sig.fn_token, message);
        entry.function.make_async();
    }
}

fn qualifiers(sig: &mut Signature, mistakes: &mut Mistakes) {
    let qualifiers = [
        ("const", sig.constness.take().into_token_stream()),
        (
            "unsafe",
            mem::replace(&mut sig.safety, Safety::Default).into_token_stream(),
        ),
        ("extern", sig.abi.take().into_token_stream()),
        ("variadic", sig.variadic.take().into_token_stream()),
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

fn receiver(sig: &mut Signature, mistakes: &mut Mistakes) {
    let name = &sig.ident;
    if let Some(receiver) = sig.receiver() {
        let message = format!("`{name}` takes no `self`: write `{name}(ctx: Context)`");
        mistakes.at(receiver, message);
        let inputs = mem::take(&mut sig.inputs);
        sig.inputs = inputs.into_pairs().skip(1).collect();
    }
}

fn generics(sig: &Signature, mistakes: &mut Mistakes) -> bool {
    let name = &sig.ident;
    let params = &sig.generics.params;
    if !params.is_empty() {
        mistakes.at(
            params,
            format!("`{name}` takes no generic parameters: remove them"),
        );
    }
    let where_clause = &sig.generics.where_clause;
    if let Some(clause) = where_clause {
        mistakes.at(
            clause,
            format!("`{name}` takes no `where` clause: remove it"),
        );
    }
    params.is_empty() && where_clause.is_none()
}

/// Returns the condition under which the arguments are right. The compiler checks their types, because it
/// knows them by every name.
fn arguments(entry: &Entry, mistakes: &mut Mistakes) -> Condition {
    let name = entry.function.name();
    let mut is_wrong = Condition::Never;
    let mut count = Count::up_to(1);
    for argument in entry.function.arguments() {
        let present = Condition::of(&argument.attrs);
        let is_surplus = present.clone().and(count.is(1));
        let is_opaque = match ty::is_impl(&argument.ty) {
            true => present.clone().and(count.is(0)),
            false => Condition::Never,
        };
        is_wrong = is_wrong.or(is_surplus.clone()).or(is_opaque.clone());
        mistakes.only_if(is_surplus, |mistakes| {
            mistakes.at(
                argument,
                format!("`{name}` takes one argument, `ctx: Context`: remove this one"),
            );
        });
        mistakes.only_if(is_opaque, |mistakes| {
            mistakes.at(
                &argument.ty,
                format!("`{name}` takes the context itself: write `ctx: Context`"),
            );
        });
        count.add(&present);
    }
    is_wrong.negated()
}
