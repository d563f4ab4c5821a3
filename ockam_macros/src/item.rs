use proc_macro2::{Ident, TokenStream, TokenTree};

use crate::tokens::ungrouped;

/// The keywords of the kinds of items.
const KEYWORDS: [&str; 13] = [
    "const",
    "enum",
    "extern",
    "fn",
    "impl",
    "macro_rules",
    "mod",
    "static",
    "struct",
    "trait",
    "type",
    "union",
    "use",
];

/// Finds the keyword that tells the kind of an item, such as `struct`.
pub(crate) fn keyword(item: &TokenStream) -> Option<Ident> {
    let mut trees = ungrouped(item.clone()).into_iter();
    trees.find_map(|tree| match tree {
        TokenTree::Ident(word) if KEYWORDS.iter().any(|keyword| word == keyword) => Some(word),
        _ => None,
    })
}
