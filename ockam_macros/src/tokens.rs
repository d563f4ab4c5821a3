use proc_macro2::{Group, Span, TokenStream, TokenTree};
use quote::ToTokens;

/// Spells tokens as a user would, without the spaces that they are printed with.
pub(crate) fn spelled(tokens: impl ToTokens) -> String {
    const TIGHT: [(&str, &str); 7] = [
        (" :: ", "::"),
        (":: ", "::"),
        (" < ", "<"),
        ("< ", "<"),
        (" >", ">"),
        (" ,", ","),
        ("& ", "&"),
    ];
    let printed = tokens.into_token_stream().to_string();
    TIGHT
        .iter()
        .fold(printed, |text, (spaced, tight)| text.replace(spaced, tight))
}

/// Has the compiler see tokens at another place. The names in them mean what they meant.
pub(crate) fn placed_at(place: Span, tokens: TokenStream) -> TokenStream {
    let tree_at_place = |mut tree: TokenTree| {
        let span = tree.span().located_at(place);
        if let TokenTree::Group(group) = &tree {
            tree = Group::new(group.delimiter(), placed_at(place, group.stream())).into();
        }
        tree.set_span(span);
        tree
    };
    tokens.into_iter().map(tree_at_place).collect()
}

/// Returns the place of the first of some tokens.
pub(crate) fn place(tokens: impl ToTokens) -> Span {
    let first = tokens.into_token_stream().into_iter().next();
    first.map_or_else(Span::call_site, |tree| tree.span())
}

/// Returns what stands between a `<` and the `>` at the end.
pub(crate) fn inside_angles(tokens: &TokenStream) -> TokenStream {
    let trees: Vec<TokenTree> = tokens.clone().into_iter().collect();
    match &trees[..] {
        [_, inside @ .., _] => inside.iter().cloned().collect(),
        _ => TokenStream::new(),
    }
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::spelled;

    #[test]
    fn types_are_spelled_without_spaces() {
        assert_eq!(spelled(quote!(String)), "String");
        assert_eq!(spelled(quote!(Vec<Option<u8>>)), "Vec<Option<u8>>");
        assert_eq!(
            spelled(quote!(::std::vec::Vec<(&str, u8)>)),
            "::std::vec::Vec<(&str, u8)>"
        );
    }
}
