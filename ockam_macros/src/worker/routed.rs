use syn::{GenericArgument, PathArguments, Type};

use crate::tokens::spelled;

/// Returns `M`, if a type is spelled `Routed<M>`.
///
/// It is the one type that is recognised by its name: which of two methods a handler becomes must
/// be known before the compiler knows any types.
pub(super) fn message(ty: &Type) -> Option<&Type> {
    let last = match bare(ty) {
        Type::Path(path) => path.path.segments.last()?,
        _ => return None,
    };
    let PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    match arguments.args.first()? {
        GenericArgument::Type(message) if last.ident == "Routed" => Some(message),
        _ => None,
    }
}

/// Returns whether two types are spelled alike.
pub(super) fn is_same(left: &Type, right: &Type) -> bool {
    spelled(bare(left)) == spelled(bare(right))
}

/// Strips parentheses, and the invisible ones that a `macro_rules!` puts around its arguments.
fn bare(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => bare(&group.elem),
        Type::Paren(paren) => bare(&paren.elem),
        ty => ty,
    }
}

#[cfg(test)]
mod tests {
    use syn::{Type, parse_quote};

    use super::{is_same, message};
    use crate::tokens::spelled;

    fn message_of(ty: &Type) -> Option<String> {
        message(ty).map(spelled)
    }

    #[test]
    fn routed_is_recognised_by_its_last_segment() {
        assert_eq!(message_of(&parse_quote!(Routed<u8>)), Some("u8".into()));
        assert_eq!(
            message_of(&parse_quote!(ockam::Routed<Vec<u8>>)),
            Some("Vec<u8>".into())
        );
        assert_eq!(message_of(&parse_quote!((Routed<u8>))), Some("u8".into()));
    }

    #[test]
    fn nothing_else_is_taken_for_routed() {
        assert_eq!(message_of(&parse_quote!(Vec<Routed<u8>>)), None);
        assert_eq!(message_of(&parse_quote!(Routed)), None);
        assert_eq!(message_of(&parse_quote!(&Routed<u8>)), None);
        assert_eq!(message_of(&parse_quote!(Routed::<u8>::Other)), None);
    }

    #[test]
    fn types_are_the_same_if_they_are_spelled_alike() {
        assert!(is_same(
            &parse_quote!(Routed<u8>),
            &parse_quote!((Routed<u8>))
        ));
        assert!(!is_same(
            &parse_quote!(Routed<u8>),
            &parse_quote!(ockam::Routed<u8>)
        ));
    }
}
