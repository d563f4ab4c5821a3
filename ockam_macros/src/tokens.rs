use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};
use quote::ToTokens;

/// Formats tokens as a user would write them, with fewer spaces than `to_string` puts between them.
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

/// Returns the span of the first token.
pub(crate) fn place(tokens: impl ToTokens) -> Span {
    let first = tokens.into_token_stream().into_iter().next();
    first.map_or_else(Span::call_site, |tree| tree.span())
}

/// Removes the invisible delimiters that a `macro_rules!` puts around its `$item`.
pub(crate) fn ungrouped(tokens: TokenStream) -> TokenStream {
    let mut trees = tokens.clone().into_iter();
    match (trees.next(), trees.next()) {
        (Some(TokenTree::Group(group)), None) if group.delimiter() == Delimiter::None => {
            ungrouped(group.stream())
        }
        _ => tokens,
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
