//! Signatures of functions, as far as the attributes look into them.
//!
//! What they don't look into, such as patterns, stays the tokens that the user wrote. That needs no
//! more than the smaller part of `syn`, which is compiled in half the time of the whole.

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, TokenStreamExt};
use syn::parse::discouraged::Speculative;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{
    Abi, Attribute, Generics, Ident, Lifetime, ReturnType, Token, Type, parenthesized, token,
};

/// What stands before the body of a function.
pub(crate) struct Signature {
    pub(crate) constness: Option<Token![const]>,
    pub(crate) asyncness: Option<Token![async]>,
    pub(crate) safety: Option<Token![unsafe]>,
    pub(crate) abi: Option<Abi>,
    pub(crate) fn_token: Token![fn],
    pub(crate) ident: Ident,
    pub(crate) generics: Generics,
    parens: token::Paren,
    pub(crate) inputs: Punctuated<Input, Token![,]>,
    pub(crate) output: ReturnType,
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
    colon: Option<Token![:]>,
    pub(crate) ty: Box<Type>,
}

impl Signature {
    pub(crate) fn receiver(&self) -> Option<&Receiver> {
        match self.inputs.first() {
            Some(Input::Receiver(receiver)) => Some(receiver),
            _ => None,
        }
    }
}

impl Argument {
    /// Tells whether its pattern is a name behind `mut`.
    pub(crate) fn is_mut(&self) -> bool {
        let first = self.pattern.clone().into_iter().next();
        matches!(first, Some(TokenTree::Ident(word)) if word == "mut")
    }

    /// Tells whether it stands for any number of arguments, as those of C do.
    pub(crate) fn is_variadic(&self) -> bool {
        matches!(*self.ty, Type::Verbatim(_))
    }
}

impl Parse for Signature {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let constness = input.parse()?;
        let asyncness = input.parse()?;
        let safety = input.parse()?;
        let abi = input.parse()?;
        let fn_token = input.parse()?;
        let ident = input.parse()?;
        let mut generics: Generics = input.parse()?;
        let inputs;
        let parens = parenthesized!(inputs in input);
        let inputs = inputs.parse_terminated(Input::parse, Token![,])?;
        let output = input.parse()?;
        generics.where_clause = input.parse()?;
        Ok(Self {
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
        })
    }
}

impl Parse for Input {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let ahead = input.fork();
        match ahead.parse() {
            Ok(receiver) => {
                input.advance_to(&ahead);
                Ok(Self::Receiver(receiver))
            }
            Err(_) => input.parse().map(Self::Argument),
        }
    }
}

impl Parse for Receiver {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut tokens = TokenStream::new();
        tokens.append_all(input.call(Attribute::parse_outer)?);
        let reference: Option<Token![&]> = input.parse()?;
        let lifetime: Option<Lifetime> = input.parse()?;
        let mutability: Option<Token![mut]> = input.parse()?;
        let this: Token![self] = input.parse()?;
        quote::quote!(#reference #lifetime #mutability #this).to_tokens(&mut tokens);
        let mut is_mut_reference = reference.is_some() && mutability.is_some();
        if input.peek(Token![:]) && !input.peek(Token![::]) {
            let (colon, ty): (Token![:], Type) = (input.parse()?, input.parse()?);
            quote::quote!(#colon #ty).to_tokens(&mut tokens);
            is_mut_reference = matches!(&ty, Type::Reference(it) if it.mutability.is_some());
        }
        if !input.is_empty() && !input.peek(Token![,]) {
            return Err(input.error("expected `,`"));
        }
        Ok(Self {
            tokens,
            is_mut_reference,
        })
    }
}

impl Parse for Argument {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attrs = input.call(Attribute::parse_outer)?;
        let mut pattern = TokenStream::new();
        while !input.peek(Token![...]) {
            if input.peek(Token![::]) {
                input.parse::<Token![::]>()?.to_tokens(&mut pattern);
            } else if input.peek(Token![:]) {
                break;
            } else {
                pattern.append(input.parse::<TokenTree>()?);
            }
        }
        let colon = input.parse()?;
        let ty = match input.peek(Token![...]) {
            true => Type::Verbatim(input.parse::<Token![...]>()?.into_token_stream()),
            false => input.parse()?,
        };
        Ok(Self {
            attrs,
            pattern,
            colon,
            ty: Box::new(ty),
        })
    }
}

impl ToTokens for Signature {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.constness.to_tokens(tokens);
        self.asyncness.to_tokens(tokens);
        self.safety.to_tokens(tokens);
        self.abi.to_tokens(tokens);
        self.fn_token.to_tokens(tokens);
        self.ident.to_tokens(tokens);
        self.generics.to_tokens(tokens);
        self.parens
            .surround(tokens, |tokens| self.inputs.to_tokens(tokens));
        self.output.to_tokens(tokens);
        self.generics.where_clause.to_tokens(tokens);
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

#[cfg(test)]
mod tests {
    use quote::ToTokens;
    use syn::parse_quote;

    use super::{Input, Signature};

    #[test]
    fn a_signature_is_written_as_it_was_read() {
        let signatures: [Signature; 5] = [
            parse_quote!(async fn f<'a, T: Copy>(&'a mut self, mut ctx: &mut Context) -> Result<()> where T: Send),
            parse_quote!(const unsafe extern "C" fn f(self: Box<Self>, #[cfg(a)] a::B(b): [u8; { N * 2 }])),
            parse_quote!(fn f(mut self, Some(x) | Other::A { x: (x, ..), .. }: (), ref mut y @ 1..=2: impl Fn(u8) -> u8,)),
            parse_quote!(fn f(self: &mut Self, _: ...)),
            parse_quote!(fn f(self_: Vec<{ N + 1 }>)),
        ];
        let texts = [
            "async fn f < 'a , T : Copy > (& 'a mut self , mut ctx : & mut Context) -> Result < () > where T : Send",
            "const unsafe extern \"C\" fn f (self : Box < Self > , # [cfg (a)] a :: B (b) : [u8 ; { N * 2 }])",
            "fn f (mut self , Some (x) | Other :: A { x : (x , ..) , .. } : () , ref mut y @ 1 ..= 2 : impl Fn (u8) -> u8 ,)",
            "fn f (self : & mut Self , _ : ...)",
            "fn f (self_ : Vec < { N + 1 } >)",
        ];
        for (signature, text) in signatures.iter().zip(texts) {
            assert_eq!(signature.to_token_stream().to_string(), text);
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
}
