use proc_macro2::{Group, TokenStream, TokenTree};
use quote::quote;
use syn::Path;

use super::members::Trait;

/// Writes `Self::Message` as `<Self as Worker>::Message`, which also works outside the impl of the trait.
pub(super) fn qualify(tokens: TokenStream, of: Trait, worker: &Path) -> TokenStream {
    let trees: Vec<TokenTree> = tokens.into_iter().collect();
    let mut qualified = TokenStream::new();
    for (index, tree) in trees.iter().enumerate() {
        match tree {
            TokenTree::Ident(_) if is_projection(of, &trees[index..]) => {
                qualified.extend(quote!(<#tree as #worker>));
            }
            TokenTree::Group(group) => {
                let inside = qualify(group.stream(), of, worker);
                let mut outside = Group::new(group.delimiter(), inside);
                outside.set_span(group.span());
                qualified.extend([TokenTree::from(outside)]);
            }
            _ => qualified.extend([tree.clone()]),
        }
    }
    qualified
}

/// Returns whether tokens begin with an associated type of the trait, such as `Self::Message`.
fn is_projection(of: Trait, trees: &[TokenTree]) -> bool {
    let is_colon = |tree: &TokenTree| matches!(tree, TokenTree::Punct(it) if it.as_char() == ':');
    match trees {
        [
            TokenTree::Ident(own),
            first,
            second,
            TokenTree::Ident(name),
            ..,
        ] => {
            own == "Self"
                && is_colon(first)
                && is_colon(second)
                && of.types.names.iter().any(|ty| name == ty)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use quote::quote;
    use syn::parse_quote;

    use super::qualify;
    use crate::tokens::spelled;
    use crate::worker::members::WORKER;

    #[test]
    fn the_types_of_the_trait_are_qualified_everywhere() {
        let tokens = quote!((Self::Context, Vec<Self::Message>, Self::Other, Self));
        let qualified = qualify(tokens, WORKER, &parse_quote!(a::Worker));
        assert_eq!(
            spelled(qualified),
            "(<Self as a::Worker>::Context, Vec<<Self as a::Worker>::Message>, Self::Other, Self)",
        );
    }
}
