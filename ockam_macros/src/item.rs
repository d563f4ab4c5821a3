use proc_macro2::{Ident, TokenStream, TokenTree};

use crate::tokens::ungrouped;

/// The words of which one says what an item is.
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

/// Finds the word that says what an item is, such as `struct`.
pub(crate) fn keyword(item: &TokenStream) -> Option<Ident> {
    let mut trees = ungrouped(item.clone()).into_iter();
    trees.find_map(|tree| match tree {
        TokenTree::Ident(word) if KEYWORDS.iter().any(|keyword| word == keyword) => Some(word),
        _ => None,
    })
}
