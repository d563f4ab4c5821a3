use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::{ToTokens, TokenStreamExt};
use syn::parse::{Parse, ParseStream, Parser};
use syn::{Attribute, Token, Visibility};

use crate::function::Function;
use crate::item;
use crate::mistakes::Mistakes;

use super::USAGE;
use super::model::{Member, WorkerImpl};

/// Reads the impl under the attribute; reports an item that isn't one.
pub(super) fn worker(item: TokenStream, mistakes: &mut Mistakes) -> Option<WorkerImpl> {
    let keyword = item::keyword(&item);
    if keyword.as_ref().is_some_and(|word| word == "impl") {
        return parse(item).map_err(|error| mistakes.add(error)).ok();
    }
    let attribute = USAGE.attribute;
    let here = keyword
        .as_ref()
        .map_or("this".into(), |word| format!("this `{word}`"));
    let message =
        format!("`{attribute}` goes on an impl, not on {here}: write it on `impl Worker for …`");
    mistakes.at(keyword.map_or(item, ToTokens::into_token_stream), message);
    None
}

/// Reads the members apart from the head, because their bodies stay unread.
fn parse(item: TokenStream) -> syn::Result<WorkerImpl> {
    let mut head: Vec<TokenTree> = item.into_iter().collect();
    let Some(TokenTree::Group(body)) = head.pop() else {
        return Err(syn::Error::new_spanned(
            head.first(),
            "this impl lacks its `{ … }`",
        ));
    };
    let header = syn::parse2(head.into_iter().collect())?;
    let (inner, members) = members.parse2(body.stream())?;
    Ok(WorkerImpl {
        header,
        inner,
        members,
        strays: Vec::new(),
    })
}

fn members(input: ParseStream<'_>) -> syn::Result<(Vec<Attribute>, Vec<Member>)> {
    let inner = input.call(Attribute::parse_inner)?;
    let mut members = Vec::new();
    while !input.is_empty() {
        members.push(input.parse()?);
    }
    Ok((inner, members))
}

impl Parse for Member {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if Function::is_next(input) {
            return input.parse().map(Self::Method);
        }
        let ahead = input.fork();
        ahead.call(Attribute::parse_outer)?;
        ahead.parse::<Visibility>()?;
        if ahead.peek(Token![type]) {
            return input.parse().map(Self::Type);
        }
        other(input).map(Self::Other)
    }
}

/// Reads a member up to its end: a semicolon, or the braces of a macro. If they are a constant's, what
/// follows is read as one more; they are written one behind the other.
fn other(input: ParseStream<'_>) -> syn::Result<TokenStream> {
    let mut tokens = TokenStream::new();
    while !input.is_empty() {
        let tree: TokenTree = input.parse()?;
        let is_end = match &tree {
            TokenTree::Punct(punct) => punct.as_char() == ';',
            TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
            _ => false,
        };
        tokens.append(tree);
        if is_end {
            break;
        }
    }
    Ok(tokens)
}
