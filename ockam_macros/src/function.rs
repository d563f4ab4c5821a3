use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens, TokenStreamExt};
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, FnArg, PatType, Signature, Token, Visibility, parse_quote};

use crate::condition::Condition;

/// A function or method. Its body stays the tokens that the user wrote, so that the compiler reports the
/// mistakes in it, and `syn` doesn't have to know its syntax.
#[derive(Clone)]
pub(crate) struct Function {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) sig: Signature,
    /// The block, or the semicolon in its place, which the compiler reports.
    pub(crate) body: TokenTree,
}

impl Function {
    /// Returns the function's name.
    pub(crate) fn name(&self) -> &Ident {
        &self.sig.ident
    }

    /// Returns the arguments, without `self`.
    pub(crate) fn arguments(&self) -> impl Iterator<Item = &PatType> {
        self.sig.inputs.iter().filter_map(|input| match input {
            FnArg::Typed(argument) => Some(argument),
            FnArg::Receiver(_) => None,
        })
    }

    /// Returns the function with a further condition, or `None` if it would never be compiled.
    pub(crate) fn only_if(&self, condition: &Condition) -> Option<Self> {
        let mut function = self.clone();
        match condition {
            Condition::Always => {}
            Condition::Never => return None,
            Condition::If(_) => function.attrs.push(parse_quote!(#condition)),
        }
        Some(function)
    }

    /// Makes the function async, if it isn't.
    pub(crate) fn make_async(&mut self) {
        let span = self.sig.fn_token.span;
        self.sig.asyncness.get_or_insert(Token![async](span));
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

#[cfg(test)]
mod tests {
    use quote::{ToTokens, quote};

    use super::Function;

    #[test]
    fn a_function_is_written_as_it_was_read() {
        let texts = [
            quote!(
                #[a]
                pub(crate) async fn f<'a, T: Copy>(&'a mut self, mut ctx: &mut C) -> R<()>
                where
                    T: Send,
                {
                    x
                }
            ),
            quote!(
                const unsafe extern "C" fn f(self: Box<Self>, #[cfg(a)] a::B(b): [u8; { N * 2 }]);
            ),
            quote!(
                fn f(mut self, A { x: (x, ..), .. }: (), ref mut y @ 1..=2: impl Fn(u8) -> u8) {}
            ),
            quote!(
                fn f(self: &mut Self, _: ...) {}
            ),
        ];
        for text in texts {
            let function: Function = syn::parse2(text.clone()).expect("a function");
            assert_eq!(function.to_token_stream().to_string(), text.to_string());
        }
    }

    #[test]
    fn a_body_needs_no_form() {
        let text = quote!(async fn f() { let = 1 + ; });
        let function: Function = syn::parse2(text).expect("a function");
        assert_eq!(
            function.body.to_string(),
            quote!({ let = 1 + ; }).to_string()
        );
    }
}
