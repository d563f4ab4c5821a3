use proc_macro2::TokenStream;
use quote::{ToTokens, TokenStreamExt};
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, Generics, Path, Token, Type};

/// What stands before the members of an impl.
pub(super) struct Header {
    pub(super) attrs: Vec<Attribute>,
    safety: Option<Token![unsafe]>,
    impl_token: Token![impl],
    pub(super) generics: Generics,
    pub(super) trait_: Option<(Path, Token![for])>,
    pub(super) self_ty: Type,
}

impl Parse for Header {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attrs = input.call(Attribute::parse_outer)?;
        let safety = input.parse()?;
        let impl_token = input.parse()?;
        let mut generics: Generics = input.parse()?;
        let first: Type = input.parse()?;
        let for_token: Option<Token![for]> = input.parse()?;
        let (trait_, self_ty) = match for_token {
            Some(for_token) => (Some((path(first)?, for_token)), input.parse()?),
            None => (None, first),
        };
        generics.where_clause = input.parse()?;
        Ok(Self {
            attrs,
            safety,
            impl_token,
            generics,
            trait_,
            self_ty,
        })
    }
}

/// Returns the path that a trait is named by, without the invisible parentheses that a `macro_rules!`
/// puts around its arguments.
fn path(ty: Type) -> syn::Result<Path> {
    match ty {
        Type::Group(group) => path(*group.elem),
        Type::Path(named) if named.qself.is_none() => Ok(named.path),
        other => Err(syn::Error::new_spanned(other, "expected a trait")),
    }
}

impl ToTokens for Header {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.append_all(&self.attrs);
        self.safety.to_tokens(tokens);
        self.impl_token.to_tokens(tokens);
        self.generics.to_tokens(tokens);
        if let Some((path, for_token)) = &self.trait_ {
            path.to_tokens(tokens);
            for_token.to_tokens(tokens);
        }
        self.self_ty.to_tokens(tokens);
        self.generics.where_clause.to_tokens(tokens);
    }
}
