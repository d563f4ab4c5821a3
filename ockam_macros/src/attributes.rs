use proc_macro2::{Delimiter, Group, Ident, Punct, Spacing, TokenStream, TokenTree};
use quote::{ToTokens, TokenStreamExt, quote};

use crate::reader::Reader;

/// The attributes that concern a function as seen from outside it. Lint levels are among them:
/// they hold for what is inside as well. `cfg` is not, because the compiler resolves it first.
const OUTWARD: [&str; 8] = [
    "allow",
    "deny",
    "doc",
    "expect",
    "forbid",
    "ignore",
    "should_panic",
    "warn",
];

/// An attribute, as the tokens that the user wrote.
pub(crate) struct Attribute {
    pound: Punct,
    bang: Option<Punct>,
    brackets: Group,
}

impl Attribute {
    /// Reads an attribute, if one comes next.
    pub(crate) fn read(reader: &mut Reader) -> Option<Self> {
        Some(Self {
            pound: reader.punct('#')?,
            bang: reader.punct('!'),
            brackets: reader.group(Delimiter::Bracket)?,
        })
    }

    /// Makes an attribute that allows lints.
    pub(crate) fn allow(lints: TokenStream) -> Self {
        Self {
            pound: Punct::new('#', Spacing::Alone),
            bang: None,
            brackets: Group::new(Delimiter::Bracket, quote!(allow(#lints))),
        }
    }

    /// Returns whether it is of what it stands in.
    pub(crate) fn is_inner(&self) -> bool {
        self.bang.is_some()
    }

    /// Returns whether it belongs to the function that wraps the user's.
    pub(crate) fn is_outward(&self) -> bool {
        let path = self.path();
        OUTWARD.iter().any(|name| path == [name])
    }

    /// Returns whether its path ends with a name, whichever way it was imported.
    pub(crate) fn ends_with(&self, name: &str) -> bool {
        self.path().last().is_some_and(|last| last == name)
    }

    fn path(&self) -> Vec<Ident> {
        let mut reader = Reader::new(self.brackets.stream());
        let path = reader.until(|tree| !matches!(tree, TokenTree::Ident(_)));
        let names = path.into_iter().filter_map(|tree| match tree {
            TokenTree::Ident(name) => Some(name),
            _ => None,
        });
        names.collect()
    }
}

impl ToTokens for Attribute {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self {
            pound,
            bang,
            brackets,
        } = self;
        tokens.append_all(quote!(#pound #bang #brackets));
    }
}
