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
