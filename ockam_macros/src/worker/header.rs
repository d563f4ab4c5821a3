use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, TokenStreamExt, quote};

use crate::attributes::Attribute;
use crate::reader::{Reader, is_word};
use crate::ty::Type;

/// What stands before the members of an impl.
pub(super) struct Header {
    pub(super) attrs: Vec<Attribute>,
    safety: Option<Ident>,
    impl_token: Ident,
    /// The generic parameters, with their `<` and `>`.
    pub(super) generics: TokenStream,
    pub(super) trait_: Option<(Type, Ident)>,
    pub(super) self_ty: Type,
    pub(super) where_clause: TokenStream,
}

impl Header {
    pub(super) fn read(mut reader: Reader) -> Option<Self> {
        let attrs = reader.attributes();
        let safety = reader.word("unsafe");
        let impl_token = reader.word("impl")?;
        let generics = reader.generics();
        let first = reader.until(|tree| is_word(tree, "for") || is_word(tree, "where"));
        let first = Type::new(first);
        let (trait_, self_ty) = match reader.word("for") {
            Some(for_token) => {
                let self_ty = reader.until(|tree| is_word(tree, "where"));
                (Some((first.bare(), for_token)), Type::new(self_ty))
            }
            None => (None, first),
        };
        Some(Self {
            attrs,
            safety,
            impl_token,
            generics,
            trait_,
            self_ty,
            where_clause: reader.rest(),
        })
    }
}

impl ToTokens for Header {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self {
            attrs,
            safety,
            impl_token,
            generics,
            trait_,
            self_ty,
            where_clause,
        } = self;
        let trait_ = trait_
            .as_ref()
            .map(|(path, for_token)| quote!(#path #for_token));
        tokens.append_all(quote! {
            #(#attrs)* #safety #impl_token #generics #trait_ #self_ty #where_clause
        });
    }
}
