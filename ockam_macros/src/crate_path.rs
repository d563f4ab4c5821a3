use proc_macro2::TokenStream;
use quote::quote;
use syn::{Lit, LitStr, Path, Token, parse_quote};

use crate::arguments::Argument;
use crate::mistakes::Mistakes;

/// The path of the facade in the user's crate.
pub(crate) struct CratePath(Path);

impl CratePath {
    /// Reads `crate = "…"`: the name of a dependency, or any path to the facade.
    pub(crate) fn from_argument(argument: &Argument, mistakes: &mut Mistakes) -> Self {
        let path = match argument.value() {
            Some(Lit::Str(text)) => parse(&text),
            _ => None,
        };
        path.map(Self).unwrap_or_else(|| {
            let message = "`crate` takes the name by which your crate knows `ockam`: \
                           write `crate = \"my_ockam\"`";
            mistakes.at(argument.value_tokens(), message);
            Self::default()
        })
    }

    /// Returns the path of the hidden module with everything that the output of the macros uses.
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

/// Parses a path. A single name is that of a dependency; `crate`, `self`, `super` and longer paths are
/// used as they are.
fn parse(text: &LitStr) -> Option<Path> {
    let mut path = text.parse_with(Path::parse_mod_style).ok()?;
    let is_name = |lone: &syn::Ident| !["crate", "self", "super"].iter().any(|it| lone == it);
    if path.get_ident().is_some_and(is_name) {
        path.leading_colon = Some(Token![::](text.span()));
    }
    Some(path)
}

#[cfg(test)]
mod tests {
    use proc_macro2::Span;
    use quote::ToTokens;
    use syn::LitStr;

    use super::parse;

    fn parsed(text: &str) -> Option<String> {
        let path = parse(&LitStr::new(text, Span::call_site()));
        path.map(|path| path.to_token_stream().to_string())
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
