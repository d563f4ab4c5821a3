use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, quote};

use crate::arguments::Argument;
use crate::literal;
use crate::mistakes::Mistakes;
use crate::reader::Reader;

/// The path by which the user's crate reaches the facade.
pub(crate) struct CratePath(TokenStream);

impl CratePath {
    /// Reads `crate = "…"`: the name of a dependency, or any path that leads to the facade.
    pub(crate) fn from_argument(argument: &Argument, mistakes: &mut Mistakes) -> Self {
        let path = argument.value().and_then(|text| parse(&text));
        path.map(Self).unwrap_or_else(|| {
            let message = "`crate` takes the name by which your crate knows `ockam`: \
                           write `crate = \"my_ockam\"`";
            mistakes.at(argument.value_tokens(), message);
            Self::default()
        })
    }

    /// Returns the path of the hidden module that holds every name which macro output uses.
    pub(crate) fn private(&self) -> TokenStream {
        let Self(path) = self;
        quote!(#path::__private)
    }
}

impl Default for CratePath {
    fn default() -> Self {
        Self(quote!(::ockam))
    }
}

impl ToTokens for CratePath {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.0.to_tokens(tokens);
    }
}

/// A lone name is a dependency's; `crate`, `self` and longer paths are taken as they stand.
fn parse(literal: &Literal) -> Option<TokenStream> {
    let text = literal::text(literal)?;
    let tokens: TokenStream = text.parse().ok()?;
    let path: TokenStream = tokens
        .into_iter()
        .map(|mut tree| {
            tree.set_span(literal.span());
            tree
        })
        .collect();
    let is_lone = !["crate", "self", "super"].contains(&text.as_str()) && !text.contains("::");
    is_path(path.clone()).then(|| match is_lone {
        true => quote!(::#path),
        false => path,
    })
}

/// Returns whether tokens are names with a `::` between them, and maybe one in front.
fn is_path(tokens: TokenStream) -> bool {
    let mut reader = Reader::new(tokens);
    reader.pass_separator();
    while reader.ident().is_some() {
        if reader.is_empty() {
            return true;
        }
        if !reader.pass_separator() {
            return false;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use proc_macro2::Literal;

    use super::parse;

    fn parsed(text: &str) -> Option<String> {
        parse(&Literal::string(text)).map(|path| path.to_string())
    }

    #[test]
    fn a_name_is_that_of_a_dependency() {
        assert_eq!(parsed("my_ockam").as_deref(), Some(":: my_ockam"));
    }

    #[test]
    fn a_path_is_taken_as_it_stands() {
        assert_eq!(parsed("crate").as_deref(), Some("crate"));
        assert_eq!(parsed("crate::actors").as_deref(), Some("crate :: actors"));
        assert_eq!(parsed("::my_ockam").as_deref(), Some(":: my_ockam"));
    }

    #[test]
    fn other_text_is_no_path() {
        assert_eq!(parsed("my-ockam"), None);
        assert_eq!(parsed(""), None);
        assert_eq!(parsed("a b"), None);
        assert_eq!(parsed("a::"), None);
        assert_eq!(parsed("a:b"), None);
    }
}
