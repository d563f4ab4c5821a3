use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::{Lit, Token};

use crate::mistakes::Mistakes;

/// Describes an attribute in its error messages.
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

/// An argument of an attribute: `name`, `name = value` or `name(list)`.
pub(crate) struct Argument {
    pub(crate) name: Ident,
    /// What follows the name, without the `=`.
    value: TokenStream,
    is_bare: bool,
    has_equals: bool,
}

impl Argument {
    /// Returns the value, if there is one and it is a literal.
    pub(crate) fn value(&self) -> Option<Lit> {
        syn::parse2(self.value.clone()).ok()
    }

    /// Returns whether the argument is its bare name.
    pub(crate) fn is_bare(&self) -> bool {
        self.is_bare
    }

    /// Returns what stands in the parentheses of `name(…)`.
    pub(crate) fn list(&self) -> Option<TokenStream> {
        let mut trees = self.value.clone().into_iter();
        match (trees.next(), trees.next()) {
            (Some(TokenTree::Group(group)), None)
                if group.delimiter() == Delimiter::Parenthesis && !self.has_equals =>
            {
                Some(group.stream())
            }
            _ => None,
        }
    }

    /// Returns the tokens on which a mistake in the value is reported.
    pub(crate) fn value_tokens(&self) -> TokenStream {
        if self.value.is_empty() {
            self.name.to_token_stream()
        } else {
            self.value.clone()
        }
    }
}

impl Parse for Argument {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let name = input.call(Ident::parse_any)?;
        let is_bare = input.is_empty();
        let has_equals = input.parse::<Option<Token![=]>>()?.is_some();
        let value = input.parse()?;
        Ok(Self {
            name,
            value,
            is_bare,
            has_equals,
        })
    }
}

/// Splits an attribute's arguments, and reports those that aren't arguments or are repeated.
///
/// The tokens are split at the commas first, so that a mistake in one argument doesn't hide mistakes in
/// the others.
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
    let is_comma = |tree: &TokenTree| matches!(tree, TokenTree::Punct(it) if it.as_char() == ',');
    let pieces = trees.split(is_comma).filter(|piece| !piece.is_empty());
    pieces
        .map(|piece| piece.iter().cloned().collect())
        .collect()
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::{Usage, parse};
    use crate::mistakes::Mistakes;

    const USAGE: Usage = Usage {
        attribute: "#[a]",
        takes: "`b = 1`",
    };

    #[test]
    fn a_mistake_in_one_argument_hides_none_in_the_others() {
        let mut mistakes = Mistakes::new();
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
    fn a_value_is_a_literal() {
        let mut mistakes = Mistakes::new();
        let arguments = parse(quote!(a = 1, b, c = d), USAGE, &mut mistakes);
        let [a, b, c] = &arguments[..] else {
            panic!("three arguments")
        };
        assert!(a.value().is_some());
        assert_eq!(a.value_tokens().to_string(), "1");
        assert!(b.is_bare() && b.value().is_none());
        assert_eq!(b.value_tokens().to_string(), "b");
        assert!(c.value().is_none());
        assert_eq!(c.value_tokens().to_string(), "d");
    }
}
