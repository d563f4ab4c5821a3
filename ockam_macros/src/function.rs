use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, TokenStreamExt};
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, Ident, Visibility};

use crate::signature::{Argument, Input, Signature};

/// A function or method whose body is kept as the tokens that the user wrote.
pub(crate) struct Function {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) sig: Signature,
    /// The block, or the semicolon in its place, which the compiler reports better than we could.
    pub(crate) body: TokenTree,
}

impl Function {
    /// Returns whether a function comes next.
    pub(crate) fn is_next(input: ParseStream<'_>) -> bool {
        let ahead = input.fork();
        let head = (
            ahead.call(Attribute::parse_outer),
            ahead.parse::<Visibility>(),
            ahead.parse::<Signature>(),
        );
        matches!(head, (Ok(_), Ok(_), Ok(_)))
    }

    /// Returns the function's name.
    pub(crate) fn name(&self) -> &Ident {
        &self.sig.ident
    }

    /// Returns the arguments, without `self`.
    pub(crate) fn arguments(&self) -> impl Iterator<Item = &Argument> {
        self.sig.inputs.iter().filter_map(|input| match input {
            Input::Argument(argument) => Some(argument),
            Input::Receiver(_) => None,
        })
    }

    /// Makes the function async, if it isn't.
    pub(crate) fn make_async(&mut self) {
        let span = self.sig.fn_token.span;
        self.sig.asyncness.get_or_insert(syn::token::Async { span });
    }
}

impl Parse for Function {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        Ok(Self {
            attrs: input.call(Attribute::parse_outer)?,
            vis: input.parse()?,
            sig: input.parse()?,
            body: input.parse()?,
        })
    }
}

impl ToTokens for Function {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.append_all(&self.attrs);
        self.vis.to_tokens(tokens);
        self.sig.to_tokens(tokens);
        self.body.to_tokens(tokens);
    }
}
