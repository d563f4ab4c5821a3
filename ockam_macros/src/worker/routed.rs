use proc_macro2::TokenTree;
use quote::ToTokens;

use crate::reader::{Reader, is_punct};
use crate::tokens::{inside_angles, spelled};
use crate::ty::Type;

/// Returns `M`, if a type is spelled `Routed<M>`.
///
/// It is the one type that is recognised by its name: which of two methods a handler becomes must
/// be known before the compiler knows any types.
pub(super) fn message(ty: &Type) -> Option<Type> {
    let mut reader = Reader::new(ty.bare().into_token_stream());
    let path = reader.until(|tree| is_punct(tree, '<'));
    let arguments = inside_angles(&reader.generics());
    let is_path = |tree: TokenTree| matches!(tree, TokenTree::Ident(_)) || is_punct(&tree, ':');
    let is_routed = Type::new(path.clone())
        .last_segment()
        .is_some_and(|last| last == "Routed");
    if !is_routed || !path.into_iter().all(is_path) || !reader.is_empty() {
        return None;
    }
    let first = Reader::new(arguments).until(|tree| is_punct(tree, ','));
    (!first.is_empty()).then(|| Type::new(first))
}

/// Returns whether two types are spelled alike.
pub(super) fn is_same(left: &Type, right: &Type) -> bool {
    spelled(left.bare()) == spelled(right.bare())
}

#[cfg(test)]
mod tests {
    use proc_macro2::TokenStream;
    use quote::quote;

    use super::{is_same, message};
    use crate::tokens::spelled;
    use crate::ty::Type;

    fn message_of(ty: TokenStream) -> Option<String> {
        message(&Type::new(ty)).map(spelled)
    }

    #[test]
    fn routed_is_recognised_by_its_last_segment() {
        assert_eq!(message_of(quote!(Routed<u8>)), Some("u8".into()));
        assert_eq!(
            message_of(quote!(ockam::Routed<Vec<u8>>)),
            Some("Vec<u8>".into())
        );
        assert_eq!(message_of(quote!((Routed<u8>))), Some("u8".into()));
    }

    #[test]
    fn nothing_else_is_taken_for_routed() {
        assert_eq!(message_of(quote!(Vec<Routed<u8>>)), None);
        assert_eq!(message_of(quote!(Routed)), None);
        assert_eq!(message_of(quote!(&Routed<u8>)), None);
        assert_eq!(message_of(quote!(Routed::<u8>::Other)), None);
    }

    #[test]
    fn types_are_the_same_if_they_are_spelled_alike() {
        let ty = Type::new;
        assert!(is_same(&ty(quote!(Routed<u8>)), &ty(quote!((Routed<u8>)))));
        assert!(!is_same(
            &ty(quote!(Routed<u8>)),
            &ty(quote!(ockam::Routed<u8>))
        ));
    }
}
