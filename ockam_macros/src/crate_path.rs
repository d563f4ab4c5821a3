use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Ident, LitStr, Path, parse_quote};

use crate::arguments::Argument;
use crate::mistakes::Mistakes;

/// The path by which the user's crate reaches the facade.
pub(crate) struct CratePath(Path);

impl CratePath {
    /// Reads `crate = "…"`: the name of a dependency, or any path that leads to the facade.
    pub(crate) fn from_argument(argument: &Argument, mistakes: &mut Mistakes) -> Self {
        let path = argument.value().and_then(|text: LitStr| parse(&text));
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
        Self(parse_quote!(::ockam))
    }
}

impl ToTokens for CratePath {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.0.to_tokens(tokens);
    }
}

/// A lone name is a dependency's; `crate`, `self` and longer paths are taken as they stand.
fn parse(text: &LitStr) -> Option<Path> {
    let dependency = text.parse().ok().map(|name: Ident| parse_quote!(::#name));
    dependency.or_else(|| text.parse_with(Path::parse_mod_style).ok())
}

#[cfg(test)]
mod tests {
    use quote::ToTokens;
    use syn::{LitStr, Path, parse_quote};

    use super::parse;

    fn parsed(text: &str) -> Option<String> {
        let literal: LitStr = parse_quote!(#text);
        parse(&literal).map(|path: Path| path.to_token_stream().to_string())
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
    }
}
