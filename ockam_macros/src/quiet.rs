//! Keeps lints quiet about what the attributes ask for and what the guide writes.
//!
//! An `#[allow]` would do, but the compiler refuses it in a crate that forbids the lint. A lint is not
//! reported at code that a macro of another crate has written, though. So a token keeps its place, and
//! the name in it its meaning, but it counts as written by the attribute. Each function here changes
//! the one token that the lint looks at, because errors at that token mention the attribute, too.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenTree};
use syn::{FnArg, Pat, PatType};

use crate::function::Function;
use crate::tokens::spelled;

/// Keeps `unused_mut` quiet: the guide gives every `main` a `mut ctx`, before there is something to
/// receive.
pub(crate) fn unused_mut(function: &mut Function) {
    for input in &mut function.sig.inputs {
        if let FnArg::Typed(PatType { pat, .. }) = input {
            if let Pat::Ident(pattern) = &mut **pat {
                if let Some(token) = &mut pattern.mutability {
                    token.span = written_here(token.span);
                }
            }
        }
    }
}

/// Keeps `clippy::uninlined_format_args`, which some versions of clippy have on by default, quiet about
/// lines like the guide's `println!("Reply: {}", reply)`.
pub(crate) fn uninlined_format_args(function: &mut Function) {
    change(function, |call| {
        if let TokenTree::Group(arguments) = &mut call[2] {
            let mut trees: Vec<TokenTree> = arguments.stream().into_iter().collect();
            let span = written_here(trees[0].span());
            trees[0].set_span(span);
            *arguments = with_contents(arguments, trees);
        }
        true
    });
}

/// Keeps `clippy::useless_format` quiet about the guide's `format!("{}", msg)` of an argument that is a
/// `String`.
pub(crate) fn useless_format(function: &mut Function) {
    let is_string = |argument: &&PatType| spelled(&argument.ty) == "String";
    let strings = function.arguments().filter(is_string);
    let strings: Vec<String> = strings.map(|argument| spelled(&argument.pat)).collect();
    change(function, |call| {
        let is_useless = call[0].to_string() == "format" && formats_one_of(&strings, &call[2]);
        if is_useless {
            let span = written_here(call[0].span());
            call[0].set_span(span);
        }
        is_useless
    });
}

/// Returns whether the arguments of `format!` end with one of these variables.
fn formats_one_of(variables: &[String], arguments: &TokenTree) -> bool {
    let TokenTree::Group(arguments) = arguments else {
        return false;
    };
    let last = arguments.stream().into_iter().last();
    last.is_some_and(|last| variables.contains(&last.to_string()))
}

/// Changes each call in a body that formats a text with one variable: the macro's name, the `!` and the
/// arguments.
fn change(function: &mut Function, mut change: impl FnMut(&mut [TokenTree]) -> bool) {
    if let TokenTree::Group(body) = &function.body {
        if let Some(changed) = changed(body, &mut change) {
            function.body = changed.into();
        }
    }
}

/// Returns a group with what has changed in it, if anything has: a group that is made anew knows the
/// place of the whole, but no longer those of its two delimiters.
fn changed(group: &Group, change: &mut impl FnMut(&mut [TokenTree]) -> bool) -> Option<Group> {
    let mut trees: Vec<TokenTree> = group.stream().into_iter().collect();
    let mut has_changed = false;
    for index in 0..trees.len() {
        if is_formatting(&trees[index..]) {
            has_changed |= change(&mut trees[index..index + 3]);
        } else if let TokenTree::Group(inner) = &trees[index] {
            if let Some(inner) = changed(inner, change) {
                trees[index] = inner.into();
                has_changed = true;
            }
        }
    }
    has_changed.then(|| with_contents(group, trees))
}

/// Returns whether tokens begin with a call that formats a text with one variable.
fn is_formatting(trees: &[TokenTree]) -> bool {
    let [
        TokenTree::Ident(name),
        mark,
        TokenTree::Group(arguments),
        ..,
    ] = trees
    else {
        return false;
    };
    let is_macro = |name: &Ident| name == "format" || name == "println";
    let is_called = is_punct(mark, '!') && arguments.delimiter() == Delimiter::Parenthesis;
    let arguments: Vec<TokenTree> = arguments.stream().into_iter().collect();
    let are_fitting = matches!(
        &arguments[..],
        [TokenTree::Literal(_), comma, TokenTree::Ident(_)] if is_punct(comma, ',')
    );
    is_macro(name) && is_called && are_fitting
}

fn is_punct(tree: &TokenTree, mark: char) -> bool {
    matches!(tree, TokenTree::Punct(punct) if punct.as_char() == mark)
}

fn with_contents(group: &Group, trees: Vec<TokenTree>) -> Group {
    let mut filled = Group::new(group.delimiter(), trees.into_iter().collect());
    filled.set_span(group.span());
    filled
}

fn written_here(span: Span) -> Span {
    Span::call_site().located_at(span)
}
