use std::fmt::Display;

use proc_macro2::{Delimiter, Group, Literal, Span, TokenStream, TokenTree};
use quote::{ToTokens, TokenStreamExt, quote_spanned};

/// Gathers the mistakes found in one use of a macro, so that the user sees all of them at once.
#[derive(Default)]
pub(crate) struct Mistakes(Vec<Mistake>);

struct Mistake {
    message: String,
    /// The places of the first and the last token that are at fault.
    place: (Span, Span),
}

impl Mistakes {
    /// Reports a mistake on the tokens that are at fault.
    pub(crate) fn at(&mut self, tokens: impl ToTokens, message: impl Display) {
        let mut spans = tokens.into_token_stream().into_iter().map(|it| it.span());
        let first = spans.next().unwrap_or_else(Span::call_site);
        self.0.push(Mistake {
            message: message.to_string(),
            place: (first, spans.last().unwrap_or(first)),
        });
    }

    /// Returns the messages in the order in which they were found.
    #[cfg(test)]
    pub(crate) fn messages(self) -> Vec<String> {
        self.0.into_iter().map(|mistake| mistake.message).collect()
    }
}

/// One `compile_error!` per mistake.
impl ToTokens for Mistakes {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.append_all(&self.0);
    }
}

/// The compiler underlines all that lies between the call's first token and its last one.
impl ToTokens for Mistake {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let (first, last) = self.place;
        let mut message = Literal::string(&self.message);
        message.set_span(last);
        let mut message = Group::new(Delimiter::Brace, TokenTree::from(message).into());
        message.set_span(last);
        tokens.append_all(quote_spanned!(first=> ::core::compile_error! #message));
    }
}
