use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::{ToTokens, TokenStreamExt};
use syn::parse::discouraged::Speculative;
use syn::parse::{Parse, ParseStream, Parser};
use syn::token::Brace;
use syn::{Attribute, ItemImpl, Token};

use crate::item;
use crate::mistakes::Mistakes;
use crate::tokens::ungrouped;

use super::members::Trait;
use super::model::{Member, WorkerImpl};

/// Reads the impl under the attribute; reports an item that isn't one.
pub(super) fn worker(of: Trait, item: TokenStream, mistakes: &mut Mistakes) -> Option<WorkerImpl> {
    let keyword = item::keyword(&item);
    if keyword.as_ref().is_some_and(|word| word == "impl") {
        return parse(of, item).map_err(|error| mistakes.add(error)).ok();
    }
    let (attribute, name) = (of.usage.attribute, of.name);
    let here = keyword
        .as_ref()
        .map_or("this".into(), |word| format!("this `{word}`"));
    let message =
        format!("`{attribute}` goes on an impl, not on {here}: write it on `impl {name} for …`");
    mistakes.at(keyword.map_or(item, ToTokens::into_token_stream), message);
    None
}

/// Reads an impl: first its header, as that of an empty impl, then its members. `ItemImpl` alone would
/// parse the bodies of the methods as well, and would fail on a mistake that the compiler reports better.
fn parse(of: Trait, item: TokenStream) -> syn::Result<WorkerImpl> {
    let mut trees: Vec<TokenTree> = ungrouped(item).into_iter().collect();
    let body = match trees.pop() {
        Some(TokenTree::Group(body)) => body,
        last => {
            return Err(syn::Error::new_spanned(
                last,
                "expected the braces of an impl",
            ));
        }
    };
    trees.push(Group::new(Delimiter::Brace, TokenStream::new()).into());
    let mut header: ItemImpl = syn::parse2(trees.into_iter().collect())?;
    header.brace_token = Brace {
        span: body.delim_span(),
    };
    let (inner, members) = members.parse2(body.stream())?;
    header.attrs.extend(inner);
    Ok(WorkerImpl {
        of,
        header,
        members,
        rejected: Vec::new(),
    })
}

fn members(input: ParseStream<'_>) -> syn::Result<(Vec<Attribute>, Vec<Member>)> {
    let inner = input.call(Attribute::parse_inner)?;
    let mut members = Vec::new();
    while !input.is_empty() {
        members.push(member(input)?);
    }
    Ok((inner, members))
}

fn member(input: ParseStream<'_>) -> syn::Result<Member> {
    if let Some(function) = attempt(input) {
        return Ok(Member::Method(Box::new(function)));
    }
    if let Some(item) = attempt(input) {
        return Ok(Member::Type(Box::new(item)));
    }
    other(input).map(Member::Other)
}

/// Reads a `T`, or consumes nothing if the next tokens are not one.
fn attempt<T: Parse>(input: ParseStream<'_>) -> Option<T> {
    let ahead = input.fork();
    let read = ahead.parse().ok()?;
    input.advance_to(&ahead);
    Some(read)
}

/// Reads any other member, up to a semicolon, a group in braces, or the `$item` of a `macro_rules!`. If that
/// is not the end of the member, the rest is read as another one. They are written in the same order.
fn other(input: ParseStream<'_>) -> syn::Result<TokenStream> {
    let mut tokens = TokenStream::new();
    while !input.is_empty() {
        let is_semicolon = input.peek(Token![;]);
        let tree: TokenTree = input.parse()?;
        let is_end = match &tree {
            TokenTree::Group(group) => {
                matches!(group.delimiter(), Delimiter::Brace | Delimiter::None)
            }
            _ => is_semicolon,
        };
        tokens.append(tree);
        if is_end {
            break;
        }
    }
    Ok(tokens)
}
