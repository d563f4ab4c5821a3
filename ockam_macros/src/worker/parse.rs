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
    Some(WorkerImpl {
        header,
        inner,
        members: members(reader),
        strays: Vec::new(),
    })
}

/// Reads what is left. A `macro_rules!` puts invisible parentheses around a member that it is handed.
fn members(mut reader: Reader) -> Vec<Member> {
    let mut read = Vec::new();
    while !reader.is_empty() {
        if let Some(function) = reader.attempt(Function::read) {
            read.push(Member::Method(Box::new(function)));
        } else if let Some(alias) = reader.attempt(Alias::read) {
            read.push(Member::Type(alias));
        } else if let Some(handed) = reader.group(Delimiter::None) {
            read.extend(members(Reader::new(handed.stream())));
        } else {
            read.push(Member::Other(other(&mut reader)));
        }
    }
    read
}

/// Reads a member up to its end: a semicolon, the braces of a macro, or a member that a `macro_rules!` was
/// handed. If it was the end of a part only, what follows is read as one more; they are written one behind
/// the other.
fn other(reader: &mut Reader) -> TokenStream {
    let mut tokens = TokenStream::new();
    while let Some(tree) = reader.tree() {
        let is_end = match &tree {
            TokenTree::Group(group) => {
                matches!(group.delimiter(), Delimiter::Brace | Delimiter::None)
            }
            tree => is_punct(tree, ';'),
        };
        tokens.append(tree);
        if is_end {
            break;
        }
    }
    tokens
}
