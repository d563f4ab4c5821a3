//! Suppresses lints about code that the guide contains.
//!
//! An `#[allow]` doesn't work in a crate that forbids the lint: the compiler refuses it. But the compiler
//! reports no lint on code that comes from a macro of another crate. So these functions change the span
//! of a token: its position in the source and the meaning of its name stay the same, but it counts as
//! written by the attribute. An error on such a token mentions the attribute, so each function changes
//! only the one token that the lint checks.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenTree};
use syn::{FnArg, Pat, PatType};

use crate::function::Function;
use crate::tokens::spelled;

/// Suppresses `unused_mut`: the guide writes `mut ctx` from the start, but only its last step needs it.
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

/// Suppresses `clippy::uninlined_format_args` for lines like the guide's `println!("Reply: {}", reply)`.
/// Clippy 1.88 warns about them by default.
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

/// Suppresses `clippy::useless_format` for lines like the guide's `format!("{}", msg)`, where the variable
/// is an argument of type `String`.
pub(crate) fn useless_format(function: &mut Function) {
    let strings: Vec<String> = function.arguments().filter_map(string_argument).collect();
    change(function, |call| {
        let is_useless = call[0].to_string() == "format" && formats_one_of(&strings, &call[2]);
        if is_useless {
            let span = written_here(call[0].span());
            call[0].set_span(span);
        }
        is_useless
    });
}

/// Returns the name of an argument of type `String`.
fn string_argument(argument: &PatType) -> Option<String> {
    match &*argument.pat {
        Pat::Ident(pattern) if spelled(&argument.ty) == "String" => Some(pattern.ident.to_string()),
        _ => None,
    }
}

/// Returns whether the arguments of `format!` end with one of these variables.
fn formats_one_of(variables: &[String], arguments: &TokenTree) -> bool {
    let TokenTree::Group(arguments) = arguments else {
        return false;
    };
    let last = arguments.stream().into_iter().last();
    last.is_some_and(|last| variables.contains(&last.to_string()))
}

/// Changes the calls in a body that format one variable. `change` gets the tokens of a call (the name of
/// the macro, the `!` and the arguments), and returns whether it has changed them.
fn change(function: &mut Function, mut change: impl FnMut(&mut [TokenTree]) -> bool) {
    if let TokenTree::Group(body) = &function.body {
        if let Some(changed) = changed(body, &mut change) {
            function.body = changed.into();
        }
    }
}

/// Returns the group with its changes, or `None` if nothing has changed in it. A new group can't keep the
/// separate spans of its two delimiters, so one that stays the same is not built again.
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

/// Returns whether tokens begin with a call that formats one variable.
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
