use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::{ToTokens, TokenStreamExt};

use crate::function::Function;
use crate::item;
use crate::mistakes::Mistakes;
use crate::reader::{Reader, is_punct};

use super::USAGE;
use super::alias::Alias;
use super::header::Header;
use super::model::{Member, WorkerImpl};

/// Reads the impl under the attribute; reports an item that isn't one.
pub(super) fn worker(item: TokenStream, mistakes: &mut Mistakes) -> Option<WorkerImpl> {
    let keyword = item::keyword(&item);
    if keyword.as_ref().is_some_and(|word| word == "impl") {
        return parse(item);
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

/// Reads the members apart from the head, which they end.
fn parse(item: TokenStream) -> Option<WorkerImpl> {
    let mut head: Vec<TokenTree> = item.into_iter().collect();
    let Some(TokenTree::Group(body)) = head.pop() else {
        return None;
    };
    let header = Header::read(Reader::new(head.into_iter().collect()))?;
    let mut reader = Reader::new(body.stream());
    let inner = reader.inner_attributes();
    let mut members = Vec::new();
    while !reader.is_empty() {
        members.push(Member::read(&mut reader));
    }
    Some(WorkerImpl {
        header,
        inner,
        members,
        strays: Vec::new(),
    })
}

impl Member {
    fn read(reader: &mut Reader) -> Self {
        if let Some(function) = reader.attempt(Function::read) {
            return Self::Method(Box::new(function));
        }
        let alias = reader.attempt(Alias::read).map(Self::Type);
        alias.unwrap_or_else(|| Self::Other(other(reader)))
    }
}

/// Reads a member up to its end: a semicolon, or the braces of a macro. If they are a constant's, what
/// follows is read as one more; they are written one behind the other.
fn other(reader: &mut Reader) -> TokenStream {
    let mut tokens = TokenStream::new();
    while let Some(tree) = reader.tree() {
        let is_end = match &tree {
            TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
            tree => is_punct(tree, ';'),
        };
        tokens.append(tree);
        if is_end {
            break;
        }
    }
    tokens
}
