use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use quote::ToTokens;

use crate::reader::{Angles, Reader, is_punct, is_word};

/// A type, or the path of a trait, as the tokens that the user wrote.
#[derive(Clone)]
pub(crate) struct Type(TokenStream);

impl Type {
    pub(crate) fn new(tokens: TokenStream) -> Self {
        Self(tokens)
    }

    /// Strips parentheses, and the invisible ones that a `macro_rules!` puts around its arguments.
    pub(crate) fn bare(&self) -> Self {
        let inside = match &self.trees()[..] {
            [TokenTree::Group(group)] => match group.delimiter() {
                Delimiter::None => Some(group.stream()),
                Delimiter::Parenthesis if is_one(group.stream()) => Some(group.stream()),
                _ => None,
            },
            _ => None,
        };
        inside.map_or_else(|| self.clone(), |inside| Self(inside).bare())
    }

    /// Returns whether it is an `impl Trait`.
    pub(crate) fn is_impl(&self) -> bool {
        let first = self.trees().into_iter().next();
        first.is_some_and(|tree| is_word(&tree, "impl"))
    }

    /// Returns whether it is `()`.
    pub(crate) fn is_unit(&self) -> bool {
        self.0.to_string() == "()"
    }

    /// Returns whether it is `&mut …`.
    pub(crate) fn is_mut_reference(&self) -> bool {
        let reader = self.behind_reference();
        reader.is_some_and(|mut reader| reader.word("mut").is_some())
    }

    /// Returns the type behind a shared reference.
    pub(crate) fn referent(&self) -> Option<Self> {
        self.behind_reference().map(|reader| Self(reader.rest()))
    }

    /// Returns the name at the end of a path, such as `Worker` of `ockam::Worker`.
    pub(crate) fn last_segment(&self) -> Option<Ident> {
        let mut angles = Angles::default();
        let mut last = None;
        for tree in self.bare().0 {
            angles.pass(&tree);
            match tree {
                TokenTree::Ident(ident) if !angles.are_open() => last = Some(ident),
                _ => {}
            }
        }
        last
    }

    fn behind_reference(&self) -> Option<Reader> {
        let mut reader = Reader::new(self.0.clone());
        reader.punct('&')?;
        reader.pass_lifetime();
        Some(reader)
    }

    fn trees(&self) -> Vec<TokenTree> {
        self.0.clone().into_iter().collect()
    }
}

impl ToTokens for Type {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.0.to_tokens(tokens);
    }
}

/// Returns whether what stands in parentheses is one type, not a tuple of them.
fn is_one(inside: TokenStream) -> bool {
    let mut reader = Reader::new(inside);
    let first = reader.until(|tree| is_punct(tree, ','));
    !first.is_empty() && reader.is_empty()
}

#[cfg(test)]
mod tests {
    use proc_macro2::TokenStream;
    use quote::quote;

    use super::Type;

    fn bare(ty: TokenStream) -> String {
        Type::new(ty).bare().0.to_string()
    }

    fn last(ty: TokenStream) -> Option<String> {
        Type::new(ty).last_segment().map(|last| last.to_string())
    }

    #[test]
    fn parentheses_around_one_type_are_stripped() {
        assert_eq!(bare(quote!((u8))), "u8");
        assert_eq!(bare(quote!(())), "()");
        assert_eq!(bare(quote!((u8,))), quote!((u8,)).to_string());
        assert_eq!(bare(quote!((A<u8, u8>))), quote!(A<u8, u8>).to_string());
    }

    #[test]
    fn a_path_ends_with_its_last_segment() {
        assert_eq!(last(quote!(a::Worker)).as_deref(), Some("Worker"));
        assert_eq!(last(quote!(a::Worker<B>)).as_deref(), Some("Worker"));
        assert_eq!(last(quote!(<a::B as C>::D)).as_deref(), Some("D"));
    }

    #[test]
    fn a_reference_is_told_from_what_is_behind_it() {
        let shared = Type::new(quote!(&'a str));
        assert!(!shared.is_mut_reference());
        assert_eq!(
            shared.referent().map(|it| it.0.to_string()).as_deref(),
            Some("str")
        );
        assert!(Type::new(quote!(&'a mut str)).is_mut_reference());
        assert!(Type::new(quote!(str)).referent().is_none());
    }
}
