//! Signatures of functions, as far as the attributes look into them.

use proc_macro2::{Delimiter, Group, Ident, Punct, TokenStream, TokenTree};
use quote::{ToTokens, TokenStreamExt, quote};

use crate::attributes::Attribute;
use crate::reader::{Reader, is_punct, is_word};
use crate::ty::Type;

/// What stands before the body of a function.
pub(crate) struct Signature {
    pub(crate) constness: Option<Ident>,
    pub(crate) asyncness: Option<Ident>,
    pub(crate) safety: Option<Ident>,
    pub(crate) abi: TokenStream,
    pub(crate) fn_token: Ident,
    pub(crate) ident: Ident,
    /// The generic parameters, with their `<` and `>`.
    pub(crate) generics: TokenStream,
    parens: Group,
    pub(crate) inputs: Vec<Input>,
    pub(crate) output: Option<Output>,
    pub(crate) where_clause: TokenStream,
}

/// What a function takes.
pub(crate) enum Input {
    Receiver(Receiver),
    Argument(Argument),
}

/// A `self`.
pub(crate) struct Receiver {
    tokens: TokenStream,
    /// Whether it is `&mut self`, or `self: &mut …`.
    pub(crate) is_mut_reference: bool,
}

/// An argument other than `self`.
pub(crate) struct Argument {
    pub(crate) attrs: Vec<Attribute>,
    pattern: TokenStream,
    colon: Option<Punct>,
    pub(crate) ty: Type,
}

/// What a function returns, if it says so.
pub(crate) struct Output {
    arrow: [Punct; 2],
    pub(crate) ty: Type,
}

impl Signature {
    /// Reads a signature, if one comes next.
    pub(crate) fn read(reader: &mut Reader) -> Option<Self> {
        let constness = reader.word("const");
        let asyncness = reader.word("async");
        let safety = reader.word("unsafe");
        let abi = abi(reader);
        let fn_token = reader.word("fn")?;
        let ident = reader.ident()?;
        let generics = reader.generics();
        let parens = reader.group(Delimiter::Parenthesis)?;
        let inputs = Reader::new(parens.stream()).split_at_commas();
        Some(Self {
            constness,
            asyncness,
            safety,
            abi,
            fn_token,
            ident,
            generics,
            parens,
            inputs: inputs.into_iter().map(Input::read).collect(),
            output: Output::read(reader),
            where_clause: reader.until(is_body),
        })
    }

    pub(crate) fn receiver(&self) -> Option<&Receiver> {
        match self.inputs.first() {
            Some(Input::Receiver(receiver)) => Some(receiver),
            _ => None,
        }
    }
}

impl Input {
    fn read(tokens: TokenStream) -> Self {
        let mut reader = Reader::new(tokens.clone());
        let attrs = reader.attributes();
        let pattern = reader.until(|tree| is_punct(tree, ':'));
        let colon = reader.punct(':');
        let ty = Type::new(reader.rest());
        let last = pattern.clone().into_iter().last();
        if !last.is_some_and(|tree| is_word(&tree, "self")) {
            return Self::Argument(Argument {
                attrs,
                pattern,
                colon,
                ty,
            });
        }
        // Without a type, what stands before `self` is that of a reference.
        let ty = colon.map_or_else(|| Type::new(pattern), |_| ty);
        Self::Receiver(Receiver {
            tokens,
            is_mut_reference: ty.is_mut_reference(),
        })
    }
}

impl Argument {
    /// Tells whether its pattern is a name behind `mut`.
    pub(crate) fn is_mut(&self) -> bool {
        let first = self.pattern.clone().into_iter().next();
        first.is_some_and(|tree| is_word(&tree, "mut"))
    }

    /// Tells whether it stands for any number of arguments, as those of C do.
    pub(crate) fn is_variadic(&self) -> bool {
        self.colon.is_none() || self.ty.to_token_stream().to_string() == "..."
    }
}

impl Output {
    fn read(reader: &mut Reader) -> Option<Self> {
        let arrow = [reader.punct('-')?, reader.punct('>')?];
        let ty = reader.until(|tree| is_word(tree, "where") || is_body(tree));
        let ty = Type::new(ty);
        Some(Self { arrow, ty })
    }
}

/// Reads `extern`, and the name behind it.
fn abi(reader: &mut Reader) -> TokenStream {
    match reader.word("extern") {
        Some(word) => {
            let name = reader.until(|tree| is_word(tree, "fn"));
            quote!(#word #name)
        }
        None => TokenStream::new(),
    }
}

/// Returns whether a token is the body of a function, or the semicolon in its place. A
/// `macro_rules!` puts invisible parentheses around a block.
fn is_body(tree: &TokenTree) -> bool {
    match tree {
        TokenTree::Group(group) => match group.delimiter() {
            Delimiter::Brace => true,
            Delimiter::None => group
                .stream()
                .into_iter()
                .next()
                .is_some_and(|it| is_body(&it)),
            _ => false,
        },
        tree => is_punct(tree, ';'),
    }
}

impl ToTokens for Signature {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self {
            constness,
            asyncness,
            safety,
            abi,
            fn_token,
            ident,
            generics,
            parens,
            inputs,
            output,
            where_clause,
        } = self;
        let mut arguments = Group::new(Delimiter::Parenthesis, quote!(#(#inputs),*));
        arguments.set_span(parens.span());
        tokens.append_all(quote! {
            #constness #asyncness #safety #abi #fn_token #ident #generics #arguments #output
            #where_clause
        });
    }
}

impl ToTokens for Input {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Self::Receiver(receiver) => receiver.to_tokens(tokens),
            Self::Argument(argument) => argument.to_tokens(tokens),
        }
    }
}

impl ToTokens for Receiver {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.tokens.to_tokens(tokens);
    }
}

impl ToTokens for Argument {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.append_all(&self.attrs);
        self.pattern.to_tokens(tokens);
        self.colon.to_tokens(tokens);
        self.ty.to_tokens(tokens);
    }
}

impl ToTokens for Output {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.append_all(&self.arrow);
        self.ty.to_tokens(tokens);
    }
}

#[cfg(test)]
mod tests {
    use proc_macro2::TokenStream;
    use quote::{ToTokens, quote};

    use super::{Input, Signature};
    use crate::reader::Reader;

    fn read(tokens: TokenStream) -> Signature {
        Signature::read(&mut Reader::new(tokens)).expect("a signature")
    }

    #[test]
    fn a_signature_is_written_as_it_was_read() {
        let texts = [
            quote!(async fn f<'a, T: Copy>(&'a mut self, mut ctx: &mut Context) -> Result<()> where T: Send),
            quote!(const unsafe extern "C" fn f(self: Box<Self>, #[cfg(a)] a::B(b): [u8; { N * 2 }])),
            quote!(fn f(mut self, Some(x) | Other::A { x: (x, ..), .. }: (), ref mut y @ 1..=2: impl Fn(u8) -> u8)),
            quote!(fn f(self: &mut Self, _: ...)),
            quote!(fn f(self_: Vec<{ N + 1 }, fn() -> u8>)),
        ];
        let signatures = texts.clone().map(read);
        for (signature, text) in signatures.iter().zip(texts) {
            assert_eq!(signature.to_token_stream().to_string(), text.to_string());
        }
        let is_mut = |signature: &Signature| signature.receiver().map(|it| it.is_mut_reference);
        let known = [Some(true), Some(false), Some(false), Some(true), None];
        assert_eq!(signatures.each_ref().map(is_mut), known);
        let variadic = |signature: &Signature| {
            let last = signature.inputs.last();
            matches!(last, Some(Input::Argument(argument)) if argument.is_variadic())
        };
        let known = [false, false, false, true, false];
        assert_eq!(signatures.each_ref().map(variadic), known);
    }

    #[test]
    fn a_signature_ends_before_the_body() {
        let tokens = quote!(
            fn f<T: Fn() -> u8>() -> Vec<{ 1 }> {
                body
            }
        );
        let mut reader = Reader::new(tokens);
        let signature = Signature::read(&mut reader).expect("a signature");
        assert_eq!(signature.generics.to_string(), "< T : Fn () -> u8 >");
        assert_eq!(reader.rest().to_string(), "{ body }");
    }
}
