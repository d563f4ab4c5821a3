use std::{iter, vec};

use proc_macro2::{Delimiter, Group, Ident, Punct, Spacing, TokenStream, TokenTree};

use crate::attributes::Attribute;

/// Reads the tokens of an item from left to right.
///
/// The compiler has found the item to be well-formed before it hands it to an attribute. So nothing
/// is checked here: all that is to be found is where one part ends and the next begins.
#[derive(Clone)]
pub(crate) struct Reader(vec::IntoIter<TokenTree>);

impl Reader {
    /// Reads tokens, or what is in the invisible parentheses that a `macro_rules!` put around them.
    pub(crate) fn new(tokens: TokenStream) -> Self {
        let trees: Vec<TokenTree> = tokens.into_iter().collect();
        match &trees[..] {
            [TokenTree::Group(group)] if group.delimiter() == Delimiter::None => {
                Self::new(group.stream())
            }
            _ => Self(trees.into_iter()),
        }
    }

    /// Returns whether all is read.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.as_slice().is_empty()
    }

    /// Reads a part, or takes nothing if something else comes next.
    pub(crate) fn attempt<T>(&mut self, read: impl Fn(&mut Self) -> Option<T>) -> Option<T> {
        let mut ahead = self.clone();
        let part = read(&mut ahead)?;
        *self = ahead;
        Some(part)
    }

    /// Takes the next token, or the group of them.
    pub(crate) fn tree(&mut self) -> Option<TokenTree> {
        self.0.next()
    }

    /// Takes a name or a keyword, if one comes next.
    pub(crate) fn ident(&mut self) -> Option<Ident> {
        self.next_if(|tree| match tree {
            TokenTree::Ident(ident) => Some(ident.clone()),
            _ => None,
        })
    }

    /// Takes a keyword, if it comes next.
    pub(crate) fn word(&mut self, word: &str) -> Option<Ident> {
        self.next_if(|tree| match tree {
            TokenTree::Ident(ident) if ident == word => Some(ident.clone()),
            _ => None,
        })
    }

    /// Takes a punctuation mark, if it comes next.
    pub(crate) fn punct(&mut self, mark: char) -> Option<Punct> {
        self.next_if(|tree| match tree {
            TokenTree::Punct(punct) if punct.as_char() == mark => Some(punct.clone()),
            _ => None,
        })
    }

    /// Passes a `::`, and returns whether it came next.
    pub(crate) fn pass_separator(&mut self) -> bool {
        let comes = self.is_separator_next();
        if comes {
            self.0.nth(1);
        }
        comes
    }

    /// Takes a group, if one with these delimiters comes next.
    pub(crate) fn group(&mut self, delimiter: Delimiter) -> Option<Group> {
        self.next_if(|tree| match tree {
            TokenTree::Group(group) if group.delimiter() == delimiter => Some(group.clone()),
            _ => None,
        })
    }

    /// Takes the attributes that come next.
    pub(crate) fn attributes(&mut self) -> Vec<Attribute> {
        iter::from_fn(|| Attribute::read(self)).collect()
    }

    /// Takes the attributes that come next and are of what they stand in.
    pub(crate) fn inner_attributes(&mut self) -> Vec<Attribute> {
        let inner = |reader: &mut Self| Attribute::read(reader).filter(Attribute::is_inner);
        iter::from_fn(|| self.attempt(inner)).collect()
    }

    /// Takes the visibility, which may be none. A `macro_rules!` puts invisible parentheses around it.
    pub(crate) fn visibility(&mut self) -> TokenStream {
        let handed = |reader: &mut Self| reader.group(Delimiter::None).filter(is_visibility);
        if let Some(group) = self.attempt(handed) {
            return TokenTree::from(group).into();
        }
        let public = self.word("pub").map(TokenTree::from);
        let within = public.as_ref().and(self.group(Delimiter::Parenthesis));
        public.into_iter().chain(within.map(Into::into)).collect()
    }

    /// Passes a lifetime, if one comes next. A `macro_rules!` puts invisible parentheses around it.
    pub(crate) fn pass_lifetime(&mut self) {
        if self.punct('\'').is_some() {
            self.ident();
        } else {
            self.attempt(|reader| {
                let handed = reader.group(Delimiter::None)?;
                Self::new(handed.stream()).punct('\'')
            });
        }
    }

    /// Takes the generic parameters, with their `<` and `>`, if some come next.
    pub(crate) fn generics(&mut self) -> TokenStream {
        let mut angles = Angles::default();
        let mut generics = Vec::new();
        while angles.are_open() || (generics.is_empty() && self.comes('<')) {
            let Some(tree) = self.tree() else { break };
            angles.pass(&tree);
            generics.push(tree);
        }
        generics.into_iter().collect()
    }

    /// Takes what comes before the first token that ends it. None does that in `<…>` or a `::`.
    pub(crate) fn until(&mut self, ends: impl Fn(&TokenTree) -> bool) -> TokenStream {
        let mut angles = Angles::default();
        let mut taken = Vec::new();
        while let Some(next) = self.0.as_slice().first() {
            let is_separator = self.is_separator_next();
            if !is_separator && !angles.are_open() && ends(next) {
                break;
            }
            for tree in self.0.by_ref().take(if is_separator { 2 } else { 1 }) {
                angles.pass(&tree);
                taken.push(tree);
            }
        }
        taken.into_iter().collect()
    }

    /// Takes what is left.
    pub(crate) fn rest(self) -> TokenStream {
        self.0.collect()
    }

    /// Takes what is left, without the commas in it.
    pub(crate) fn split_at_commas(mut self) -> Vec<TokenStream> {
        let mut parts = Vec::new();
        while !self.is_empty() {
            parts.push(self.until(|tree| is_punct(tree, ',')));
            self.punct(',');
        }
        parts
    }

    fn comes(&self, mark: char) -> bool {
        let next = self.0.as_slice().first();
        next.is_some_and(|tree| is_punct(tree, mark))
    }

    /// Returns whether a `::` comes next.
    fn is_separator_next(&self) -> bool {
        match self.0.as_slice() {
            [TokenTree::Punct(first), second, ..] => {
                first.as_char() == ':' && first.spacing() == Spacing::Joint && is_punct(second, ':')
            }
            _ => false,
        }
    }

    fn next_if<T>(&mut self, read: impl Fn(&TokenTree) -> Option<T>) -> Option<T> {
        let read = read(self.0.as_slice().first()?)?;
        self.0.next();
        Some(read)
    }
}

/// Returns whether a group is nothing but a visibility, which may be none.
fn is_visibility(group: &Group) -> bool {
    let mut inside = Reader::new(group.stream());
    inside.word("pub").or_else(|| inside.word("crate"));
    inside.group(Delimiter::Parenthesis);
    inside.is_empty()
}

/// Returns whether a token is this punctuation mark.
pub(crate) fn is_punct(tree: &TokenTree, mark: char) -> bool {
    matches!(tree, TokenTree::Punct(punct) if punct.as_char() == mark)
}

/// Returns whether a token is this word.
pub(crate) fn is_word(tree: &TokenTree, word: &str) -> bool {
    matches!(tree, TokenTree::Ident(ident) if ident == word)
}

/// Counts the `<` that are open.
#[derive(Default)]
pub(crate) struct Angles {
    open: usize,
    /// Whether a `>` would be that of a `->`.
    is_arrow: bool,
}

impl Angles {
    pub(crate) fn pass(&mut self, tree: &TokenTree) {
        if is_punct(tree, '<') {
            self.open += 1;
        } else if is_punct(tree, '>') && !self.is_arrow {
            self.open = self.open.saturating_sub(1);
        }
        self.is_arrow = is_punct(tree, '-');
    }

    pub(crate) fn are_open(&self) -> bool {
        self.open > 0
    }
}
