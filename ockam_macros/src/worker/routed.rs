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
