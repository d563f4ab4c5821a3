use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, TokenStreamExt, quote};

use crate::attributes::Attribute;
use crate::reader::{Reader, is_punct, is_word};
use crate::ty::Type;

/// An associated type.
pub(super) struct Alias {
    attrs: Vec<Attribute>,
    vis: TokenStream,
    type_token: Ident,
    pub(super) ident: Ident,
    generics: TokenStream,
    pub(super) ty: Type,
    where_clause: TokenStream,
}

impl Alias {
    pub(super) fn new(name: &str, ty: TokenStream) -> Self {
        Self {
            attrs: Vec::new(),
            vis: TokenStream::new(),
            type_token: Ident::new("type", Span::call_site()),
            ident: Ident::new(name, Span::call_site()),
            generics: TokenStream::new(),
            ty: Type::new(ty),
            where_clause: TokenStream::new(),
        }
    }

    /// Reads an associated type, if one comes next.
    pub(super) fn read(reader: &mut Reader) -> Option<Self> {
        let is_end = |tree: &TokenTree| is_punct(tree, ';');
        let attrs = reader.attributes();
        let vis = reader.visibility();
        let type_token = reader.word("type")?;
        let ident = reader.ident()?;
        let generics = reader.generics();
        reader.punct('=')?;
        let ty = reader.until(|tree| is_word(tree, "where") || is_end(tree));
        let where_clause = reader.until(is_end);
        reader.punct(';')?;
        Some(Self {
            attrs,
            vis,
            type_token,
            ident,
            generics,
            ty: Type::new(ty),
            where_clause,
        })
    }
}

impl ToTokens for Alias {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self {
            attrs,
            vis,
            type_token,
            ident,
            generics,
            ty,
            where_clause,
        } = self;
        tokens.append_all(quote! {
            #(#attrs)* #vis #type_token #ident #generics = #ty #where_clause;
        });
    }
}
