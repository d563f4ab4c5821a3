//! Keeps lints quiet about what the attributes ask for and what the guide writes.
//!
//! An `#[allow]` would do, but the compiler refuses it in a crate that forbids the lint. No lint is
//! reported at code that a macro of another crate has written, though. So a token keeps its place, and
//! the name in it its meaning, but it counts as written by the attribute. Errors are reported as ever.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use syn::{FnArg, Pat};

use crate::function::Function;

/// Keeps `unused_mut` quiet: the guide gives every `main` a `mut ctx`, before there is something to
/// receive.
pub(crate) fn unused_mut(function: &mut Function) {
    for input in &mut function.sig.inputs {
        if let FnArg::Typed(argument) = input {
            if let Pat::Ident(pattern) = &mut *argument.pat {
                if let Some(token) = &mut pattern.mutability {
                    token.span = written_here(token.span);
                }
            }
        }
    }
}

/// Keeps `clippy::useless_format` and `clippy::uninlined_format_args` quiet about the two lines that
/// the guide formats text with, `format!("{}", msg)` and `println!("Reply: {}", reply)`.
pub(crate) fn formatting(function: &mut Function) {
    if let TokenTree::Group(body) = &function.body {
        if let Some(quiet) = formatting_in(body) {
            function.body = quiet.into();
        }
    }
}

/// Returns a group without what clippy warns about, if there is such a thing in it: a group that is
/// made anew no longer knows the places of its two delimiters, only that of the whole.
fn formatting_in(group: &Group) -> Option<Group> {
    let mut trees: Vec<TokenTree> = group.stream().into_iter().collect();
    let mut has_changed = false;
    for index in 0..trees.len() {
        if is_formatting(&trees[index..]) {
            let span = written_here(trees[index].span());
            trees[index].set_span(span);
            has_changed = true;
        } else if let TokenTree::Group(inner) = &trees[index] {
            if let Some(quiet) = formatting_in(inner) {
                trees[index] = quiet.into();
                has_changed = true;
            }
        }
    }
    let mut quiet = Group::new(group.delimiter(), trees.into_iter().collect());
    quiet.set_span(group.span());
    has_changed.then_some(quiet)
}

/// Returns whether tokens begin with the formatting of one variable.
fn is_formatting(trees: &[TokenTree]) -> bool {
    let [
        TokenTree::Ident(name),
        TokenTree::Punct(mark),
        TokenTree::Group(arguments),
        ..,
    ] = trees
    else {
        return false;
    };
    let is_macro = |name: &Ident| name == "format" || name == "println";
    let is_called = mark.as_char() == '!' && arguments.delimiter() == Delimiter::Parenthesis;
    is_macro(name) && is_called && is_text_and_variable(arguments.stream())
}

fn is_text_and_variable(arguments: TokenStream) -> bool {
    let arguments: Vec<TokenTree> = arguments.into_iter().collect();
    matches!(
        &arguments[..],
        [TokenTree::Literal(_), TokenTree::Punct(comma), TokenTree::Ident(_)]
            if comma.as_char() == ','
    )
}

fn written_here(span: Span) -> Span {
    Span::call_site().located_at(span)
}
