use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Parser};
use syn::{Ident, Token};

use crate::mistakes::Mistakes;

/// How an attribute is written, in the words of its error messages.
#[derive(Clone, Copy)]
pub(crate) struct Usage {
    pub(crate) attribute: &'static str,
    pub(crate) takes: &'static str,
}

impl Usage {
    /// Reports an argument that the attribute doesn't know.
    pub(crate) fn refuse(self, argument: &Argument, mistakes: &mut Mistakes) {
        let Self { attribute, takes } = self;
        let name = &argument.name;
        let message = format!("unknown argument `{name}`: `{attribute}` takes {takes}");
        mistakes.at(name, message);
    }
}

/// An argument of an attribute: `name` or `name = value`.
pub(crate) struct Argument {
    pub(crate) name: Ident,
    rest: TokenStream,
}

impl Argument {
    /// Returns the value, if there is one and it is of the wanted kind.
    pub(crate) fn value<T: Parse>(&self) -> Option<T> {
        let assigned = |input: ParseStream<'_>| {
            input.parse::<Token![=]>()?;
            input.parse()
        };
        assigned.parse2(self.rest.clone()).ok()
    }

    /// Returns whether the argument is its bare name.
    pub(crate) fn is_bare(&self) -> bool {
        self.rest.is_empty()
    }

    /// Returns the tokens that a mistake in the value is reported on.
    pub(crate) fn value_tokens(&self) -> TokenStream {
        let is_equals =
            |tree: &TokenTree| matches!(tree, TokenTree::Punct(p) if p.as_char() == '=');
        let value: TokenStream = self
            .rest
            .clone()
            .into_iter()
            .skip_while(is_equals)
            .collect();
        if value.is_empty() {
            self.name.to_token_stream()
        } else {
            value
        }
    }
}

/// Splits an attribute's arguments, and reports those that aren't arguments or are repeated.
///
/// The commas are split first, so that a mistake in one argument hides none in the others.
pub(crate) fn parse(tokens: TokenStream, usage: Usage, mistakes: &mut Mistakes) -> Vec<Argument> {
    let mut arguments: Vec<Argument> = Vec::new();
    for piece in split_at_commas(tokens) {
        let Ok(argument) = syn::parse2::<Argument>(piece.clone()) else {
            let Usage { attribute, takes } = usage;
            mistakes.at(
                piece,
                format!("not an argument: `{attribute}` takes {takes}"),
            );
            continue;
        };
        if arguments
            .iter()
            .any(|earlier| earlier.name == argument.name)
        {
            let message = format!("`{}` is given twice: write it once", argument.name);
            mistakes.at(&argument.name, message);
        } else {
            arguments.push(argument);
        }
    }
    arguments
}

fn split_at_commas(tokens: TokenStream) -> Vec<TokenStream> {
    let trees: Vec<TokenTree> = tokens.into_iter().collect();
    trees
        .split(|tree| matches!(tree, TokenTree::Punct(punct) if punct.as_char() == ','))
        .filter(|piece| !piece.is_empty())
        .map(|piece| piece.iter().cloned().collect())
        .collect()
}

impl Parse for Argument {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        Ok(Self {
            name: input.call(Ident::parse_any)?,
            rest: input.parse()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use quote::quote;
    use syn::{LitInt, LitStr};

    use super::{Usage, parse};
    use crate::mistakes::Mistakes;

    const USAGE: Usage = Usage {
        attribute: "#[a]",
        takes: "`b = 1`",
    };

    #[test]
    fn a_mistake_in_one_argument_hides_none_in_the_others() {
        let mut mistakes = Mistakes::default();
        let tokens = quote!(a = 1, 7, b = "x", a = 2, , c(1, 2),);
        let arguments = parse(tokens, USAGE, &mut mistakes);
        let names: Vec<_> = arguments
            .iter()
            .map(|argument| argument.name.to_string())
            .collect();
        assert_eq!(names, ["a", "b", "c"]);
        let messages = [
            "not an argument: `#[a]` takes `b = 1`",
            "`a` is given twice: write it once",
        ];
        assert_eq!(mistakes.messages(), messages);
    }

    #[test]
    fn a_value_is_of_the_kind_that_is_asked_for() {
        let mut mistakes = Mistakes::default();
        let arguments = parse(quote!(a = 1, b), USAGE, &mut mistakes);
        let [a, b] = &arguments[..] else {
            panic!("two arguments")
        };
        assert!(a.value::<LitInt>().is_some());
        assert!(a.value::<LitStr>().is_none());
        assert_eq!(a.value_tokens().to_string(), "1");
        assert!(b.is_bare() && b.value::<LitInt>().is_none());
        assert_eq!(b.value_tokens().to_string(), "b");
    }
}
