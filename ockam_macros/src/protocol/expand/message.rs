use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{GenericParam, ItemTrait};

use crate::protocol::model::{Argument, Default, Method};

use super::output::Output;

/// Writes the message: an enum with a variant for each method, and its form on the wire.
///
/// The variables are hygienic, so that an argument may have the name of one of them.
pub(super) fn expand(output: &Output<'_>) -> TokenStream {
    let Output { private, names, .. } = output;
    let ItemTrait {
        vis,
        ident,
        generics,
        ..
    } = &output.protocol.header;
    let (message, methods) = (&names.message, &output.protocol.methods);
    let (of_impl, of_type, where_clause) = generics.split_for_impl();
    let variants = methods.iter().map(variant);
    let written = methods.iter().map(|method| written(method, private));
    let read = methods.iter().map(|method| read(method, private));
    let types = generics.params.iter().filter_map(|param| match param {
        GenericParam::Type(param) => Some(&param.ident),
        _ => None,
    });
    let doc = format!("A call of a method of [`{ident}`], as a message.");
    // No type of serde has a name with a space.
    let name = format!("protocol {}", output.protocol.name);
    quote_spanned! {Span::mixed_site()=>
        #[doc = #doc]
        #[allow(missing_docs, dead_code, clippy::large_enum_variant)]
        #vis enum #message #generics #where_clause {
            #(#variants)*
            #[doc(hidden)]
            __Never(#private::Never, #private::std::marker::PhantomData<fn() -> (#(#types,)*)>),
        }

        impl #of_impl #private::Message for #message #of_type #where_clause {
            fn write_body(
                &self,
                buffer: &mut #private::std::vec::Vec<u8>,
            ) -> #private::std::result::Result<(), #private::BodyError> {
                match self {
                    #(#written)*
                    Self::__Never(never, _) => match *never {},
                }
            }

            fn read_body(
                body: &[u8],
                sent: #private::BodyType<'_>,
            ) -> #private::std::result::Result<Self, #private::BodyError> {
                let mut call = #private::ReceivedCall::new(#name, body, sent)?;
                #(#read)*
                #private::std::result::Result::Err(call.unknown_method())
            }

            fn body_type(&self) -> #private::BodyType<'_> {
                #private::BodyType {
                    name: #private::std::option::Option::Some(#name),
                    shape: #private::std::option::Option::None,
                }
            }
        }
    }
}

fn variant(method: &Method) -> TokenStream {
    let Method {
        condition,
        variant,
        arguments,
        ..
    } = method;
    let fields = arguments
        .iter()
        .map(|Argument { name, ty, .. }| quote!(#name: #ty));
    quote!(#condition #variant { #(#fields),* },)
}

fn written(method: &Method, private: &TokenStream) -> TokenStream {
    let Method {
        condition,
        variant,
        arguments,
        name,
        ..
    } = method;
    let types = arguments.iter().map(|argument| &argument.ty);
    let arguments: Vec<_> = arguments.iter().map(|argument| &argument.name).collect();
    // More arguments than that are reported.
    let count = u8::try_from(arguments.len()).unwrap_or(u8::MAX);
    quote_spanned! {Span::mixed_site()=>
        #condition
        Self::#variant { #(#arguments),* } => {
            let call = #private::SentCall::new(#name, #count, buffer)?;
            #(let call = call.argument::<#types>(#arguments)?;)*
            let _ = call;
            #private::std::result::Result::Ok(())
        }
    }
}

fn read(method: &Method, private: &TokenStream) -> TokenStream {
    let Method {
        condition,
        variant,
        arguments,
        name,
        ..
    } = method;
    let names = arguments.iter().map(|argument| &argument.name);
    let values = arguments.iter().map(|argument| value(argument, private));
    quote_spanned! {Span::mixed_site()=>
        #condition
        if call.is_of(#name) {
            let called = Self::#variant { #(#names: #values),* };
            call.end()?;
            return #private::std::result::Result::Ok(called);
        }
    }
}

fn value(argument: &Argument, private: &TokenStream) -> TokenStream {
    let name = argument.name.to_string();
    let ty = &argument.ty;
    match &argument.default {
        None => quote_spanned!(Span::mixed_site()=> call.argument::<#ty>(#name)?),
        Some(Default::OfType) => {
            quote_spanned!(Span::mixed_site()=> call.argument_or::<#ty>(#name, #private::std::default::Default::default)?)
        }
        Some(Default::By(path)) => {
            quote_spanned!(Span::mixed_site()=> call.argument_or::<#ty>(#name, #path)?)
        }
    }
}
