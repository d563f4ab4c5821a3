use proc_macro2::TokenStream;
use quote::{ToTokens, TokenStreamExt};
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, Generics, Ident, Token, Type, Visibility};

/// An associated type.
pub(super) struct Alias {
    attrs: Vec<Attribute>,
    vis: Visibility,
    type_token: Token![type],
    pub(super) ident: Ident,
    generics: Generics,
    equals: Token![=],
    pub(super) ty: Type,
    semicolon: Token![;],
}

impl Parse for Alias {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attrs = input.call(Attribute::parse_outer)?;
        let vis = input.parse()?;
        let type_token = input.parse()?;
        let ident = input.parse()?;
        let mut generics: Generics = input.parse()?;
        let equals = input.parse()?;
        let ty = input.parse()?;
        generics.where_clause = input.parse()?;
        Ok(Self {
            attrs,
            vis,
            type_token,
            ident,
            generics,
            equals,
            ty,
            semicolon: input.parse()?,
        })
    }
}

impl ToTokens for Alias {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.append_all(&self.attrs);
        self.vis.to_tokens(tokens);
        self.type_token.to_tokens(tokens);
        self.ident.to_tokens(tokens);
        self.generics.to_tokens(tokens);
        self.equals.to_tokens(tokens);
        self.ty.to_tokens(tokens);
        self.generics.where_clause.to_tokens(tokens);
        self.semicolon.to_tokens(tokens);
    }
}
