use syn::{GenericArgument, PathArguments, Type};

use crate::tokens::spelled;
use crate::ty;

/// Returns `M`, if a type is written `Routed<M>`.
///
/// This is the only type that is recognised by its name. The macro has to choose between two methods
/// before the compiler knows any types.
pub(super) fn message(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ty::bare(ty) else {
        return None;
    };
    let last = path.path.segments.last()?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    match arguments.args.first()? {
        GenericArgument::Type(message) if last.ident == "Routed" && path.qself.is_none() => {
            Some(message)
        }
        _ => None,
    }
}

/// Returns whether two types are written in the same way.
pub(super) fn is_same(left: &Type, right: &Type) -> bool {
    spelled(ty::bare(left)) == spelled(ty::bare(right))
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
    fn types_are_the_same_if_they_are_written_in_the_same_way() {
        let routed = parse_quote!(Routed<u8>);
        assert!(is_same(&routed, &parse_quote!((Routed<u8>))));
        assert!(!is_same(&routed, &parse_quote!(ockam::Routed<u8>)));
    }
}
