use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens, TokenStreamExt};

use crate::attributes::Attribute;
use crate::reader::Reader;
use crate::signature::{Argument, Input, Signature};

/// A function or method whose body is kept as the tokens that the user wrote.
pub(crate) struct Function {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: TokenStream,
    pub(crate) sig: Signature,
    /// The block, or the semicolon in its place, which the compiler reports better than we could.
    pub(crate) body: TokenTree,
}

impl Function {
    /// Reads a function, if one comes next.
    pub(crate) fn read(reader: &mut Reader) -> Option<Self> {
        Some(Self {
            attrs: reader.attributes(),
            vis: reader.visibility(),
            sig: Signature::read(reader)?,
            body: reader.tree()?,
        })
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
        let span = self.sig.fn_token.span();
        let asyncness = &mut self.sig.asyncness;
        asyncness.get_or_insert_with(|| Ident::new("async", span));
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
