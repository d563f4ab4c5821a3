use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Attribute, Meta, Token};

/// The condition under which a part of an item is compiled. An attribute macro runs before the `#[cfg]`s
/// inside its item are resolved.
#[derive(Clone)]
pub(crate) enum Condition {
    Always,
    Never,
    /// If the predicate of a `#[cfg]` holds.
    If(TokenStream),
}

impl Condition {
    /// Returns the condition that the attributes of a part set.
    pub(crate) fn of(attrs: &[Attribute]) -> Self {
        let conditions = attrs.iter().map(|attribute| of_meta(&attribute.meta));
        conditions.fold(Self::Always, Self::and)
    }

    pub(crate) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Never, _) | (_, Self::Never) => Self::Never,
            (Self::Always, it) | (it, Self::Always) => it,
            (Self::If(one), Self::If(other)) => Self::If(quote!(all(#one, #other))),
        }
    }

    pub(crate) fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Always, _) | (_, Self::Always) => Self::Always,
            (Self::Never, it) | (it, Self::Never) => it,
            (Self::If(one), Self::If(other)) => Self::If(quote!(any(#one, #other))),
        }
    }

    pub(crate) fn negated(self) -> Self {
        match self {
            Self::Always => Self::Never,
            Self::Never => Self::Always,
            Self::If(predicate) => Self::If(quote!(not(#predicate))),
        }
    }

    pub(crate) fn is_always(&self) -> bool {
        matches!(self, Self::Always)
    }

    pub(crate) fn is_never(&self) -> bool {
        matches!(self, Self::Never)
    }
}

/// Writes the `#[cfg]`, if one is needed.
impl ToTokens for Condition {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend(match self {
            Self::Always => quote!(),
            Self::Never => quote!(#[cfg(any())]),
            Self::If(predicate) => quote!(#[cfg(#predicate)]),
        });
    }
}

/// Returns the condition that an attribute sets. The compiler reports a `cfg` that is not well-formed.
fn of_meta(meta: &Meta) -> Condition {
    let Meta::List(list) = meta else {
        return Condition::Always;
    };
    let tokens = &list.tokens;
    if list.path.is_ident("cfg") {
        Condition::If(quote!(all(#tokens)))
    } else if list.path.is_ident("cfg_attr") {
        let condition = of_cfg_attr.parse2(tokens.clone());
        condition.unwrap_or(Condition::Always)
    } else {
        Condition::Always
    }
}

/// Reads `predicate, attribute, …`. The attributes apply if the predicate holds.
fn of_cfg_attr(input: ParseStream<'_>) -> syn::Result<Condition> {
    let mut predicate = TokenStream::new();
    while !input.peek(Token![,]) {
        predicate.extend([input.parse::<proc_macro2::TokenTree>()?]);
    }
    input.parse::<Token![,]>()?;
    let attributes = Punctuated::<Meta, Token![,]>::parse_terminated(input)?;
    let conditions = attributes.iter().map(of_meta);
    let inner = conditions.fold(Condition::Always, Condition::and);
    Ok(inner.or(Condition::If(predicate).negated()))
}

#[cfg(test)]
mod tests {
    use quote::{ToTokens, quote};
    use syn::{Attribute, parse_quote};

    use super::Condition;

    fn of(attrs: &[Attribute]) -> String {
        Condition::of(attrs).to_token_stream().to_string()
    }

    #[test]
    fn every_cfg_has_to_hold() {
        assert_eq!(of(&[parse_quote!(#[doc = "cfg"])]), "");
        assert_eq!(
            of(&[parse_quote!(#[cfg(unix)]), parse_quote!(#[cfg(test,)])]),
            quote!(#[cfg(all(all(unix), all(test,)))]).to_string(),
        );
    }

    #[test]
    fn a_cfg_may_stand_in_a_cfg_attr() {
        assert_eq!(
            of(&[parse_quote!(#[cfg_attr(feature = "a", cfg(b), allow(c))])]),
            quote!(#[cfg(any(all(b), not(feature = "a")))]).to_string(),
        );
        assert_eq!(of(&[parse_quote!(#[cfg_attr(a, allow(b))])]), "");
    }

    #[test]
    fn what_always_holds_needs_no_cfg() {
        let never = || Condition::Always.negated();
        let maybe = || Condition::If(quote!(a));
        assert!(never().is_never());
        assert!(maybe().or(Condition::Always).is_always());
        assert!(maybe().and(never()).is_never());
        for same in [maybe().or(never()), maybe().and(Condition::Always)] {
            assert_eq!(
                same.to_token_stream().to_string(),
                quote!(#[cfg(a)]).to_string()
            );
        }
    }
}
