//! Checks of types.

use proc_macro2::Ident;
use syn::{Path, Type};

/// Removes parentheses, and the invisible delimiters that a `macro_rules!` puts around its `$ty`.
pub(crate) fn bare(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => bare(&group.elem),
        Type::Paren(paren) => bare(&paren.elem),
        ty => ty,
    }
}

/// Returns whether a type is an `impl Trait`.
pub(crate) fn is_impl(ty: &Type) -> bool {
    matches!(bare(ty), Type::ImplTrait(_))
}

/// Returns whether a type is `()`.
pub(crate) fn is_unit(ty: &Type) -> bool {
    matches!(bare(ty), Type::Tuple(tuple) if tuple.elems.is_empty())
}

/// Returns the name at the end of a path, such as `Worker` of `ockam::Worker`.
pub(crate) fn last_name(path: &Path) -> Option<&Ident> {
    path.segments.last().map(|segment| &segment.ident)
}

#[cfg(test)]
mod tests {
    use syn::parse_quote;

    use super::{bare, is_impl, is_unit};
    use crate::tokens::spelled;

    #[test]
    fn parentheses_around_one_type_are_removed() {
        assert_eq!(spelled(bare(&parse_quote!((u8)))), "u8");
        assert_eq!(spelled(bare(&parse_quote!((u8,)))), "(u8,)");
    }

    #[test]
    fn a_type_in_parentheses_is_recognised() {
        assert!(is_unit(&parse_quote!(())) && is_unit(&parse_quote!((()))));
        assert!(!is_unit(&parse_quote!(((),))));
        assert!(is_impl(&parse_quote!(impl A)) && is_impl(&parse_quote!((impl A))));
        assert!(!is_impl(&parse_quote!(Vec<impl A>)));
    }
}
