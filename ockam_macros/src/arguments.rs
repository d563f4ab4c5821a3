use proc_macro2::{Ident, Literal, TokenStream, TokenTree};
use quote::ToTokens;

use crate::mistakes::Mistakes;
use crate::reader::Reader;

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
    fn read(tokens: TokenStream) -> Option<Self> {
        let mut reader = Reader::new(tokens);
        let name = reader.ident()?;
        let rest = reader.rest();
        Some(Self { name, rest })
    }

    /// Returns the value, if there is one and it is a literal.
    pub(crate) fn value(&self) -> Option<Literal> {
        let mut reader = Reader::new(self.rest.clone());
        reader.punct('=')?;
        // A `macro_rules!` puts invisible parentheses around its arguments.
        let mut value = Reader::new(reader.rest());
        match (value.tree()?, value.is_empty()) {
            (TokenTree::Literal(literal), true) => Some(literal),
            _ => None,
        }
    }

    /// Returns whether the argument is its bare name.
    pub(crate) fn is_bare(&self) -> bool {
        self.rest.is_empty()
    }

    /// Returns the tokens that a mistake in the value is reported on.
    pub(crate) fn value_tokens(&self) -> TokenStream {
        let mut reader = Reader::new(self.rest.clone());
        reader.punct('=');
        let value = reader.rest();
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
    let pieces = Reader::new(tokens).split_at_commas().into_iter();
    for piece in pieces.filter(|piece| !piece.is_empty()) {
        let Some(argument) = Argument::read(piece.clone()) else {
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
    fn a_value_is_a_literal() {
        let mut mistakes = Mistakes::default();
        let arguments = parse(quote!(a = 1, b, c = -1), USAGE, &mut mistakes);
        let [a, b, c] = &arguments[..] else {
            panic!("three arguments")
        };
        assert!(a.value().is_some());
        assert_eq!(a.value_tokens().to_string(), "1");
        assert!(b.is_bare() && b.value().is_none());
        assert_eq!(b.value_tokens().to_string(), "b");
        assert!(c.value().is_none());
        assert_eq!(c.value_tokens().to_string(), "- 1");
    }
}
