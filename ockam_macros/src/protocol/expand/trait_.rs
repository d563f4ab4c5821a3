use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{ReturnType, TraitItem, Type, parse_quote, parse_quote_spanned};

use crate::protocol::lifecycle;
use crate::protocol::model::{Answer, Method};

use super::output::Output;

/// Writes the trait: its methods return futures that can be sent to another thread, and those of
/// `Worker` are provided.
pub(super) fn expand(output: &Output<'_>) -> TokenStream {
    let Output { private, .. } = output;
    let mut item = output.protocol.header.clone();
    item.supertraits
        .push(parse_quote!(#private::std::marker::Sized));
    item.supertraits
        .push(parse_quote!(#private::std::marker::Send));
    item.supertraits.push(parse_quote!('static));
    item.colon_token.get_or_insert_with(Default::default);
    // A program may have only the client of a protocol, or only the worker.
    item.attrs.push(parse_quote!(#[allow(dead_code)]));
    let methods = output.protocol.methods.iter();
    let methods = methods.map(|method| in_trait(method, private));
    let rejected = output
        .protocol
        .rejected
        .iter()
        .map(ToTokens::to_token_stream);
    let provided = lifecycle::METHODS.iter();
    let provided = provided.map(|method| method.provided(output.crate_path));
    let items = methods.chain(rejected).chain(provided);
    item.items = items.map(TraitItem::Verbatim).collect();
    item.into_token_stream()
}

fn in_trait(method: &Method, private: &TokenStream) -> TokenStream {
    let mut sig = method.sig.clone();
    if matches!(&method.answer, Answer::Stream(stream) if !stream.is_async) {
        let attrs = &method.attrs;
        return quote!(#(#attrs)* #sig;);
    }
    let returned: Type = match &sig.output {
        ReturnType::Default => parse_quote!(()),
        ReturnType::Type(_, ty) => (**ty).clone(),
    };
    let span = returned.span();
    let future = quote_spanned! {span=>
        impl #private::std::future::Future<Output = #returned> + #private::std::marker::Send
    };
    sig.output = parse_quote_spanned!(span=> -> #future);
    let attrs = &method.attrs;
    quote!(#(#attrs)* #sig;)
}
