use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{GenericParam, Generics, ItemTrait, parse_quote};

use crate::protocol::lifecycle;
use crate::protocol::model::{Answer, Argument, Method, StreamAnswer};

use super::output::Output;

/// Writes the worker, which calls the method that a message names.
///
/// The variables are hygienic, so that an argument may have the name of one of them.
pub(super) fn expand(output: &Output<'_>) -> TokenStream {
    let Output { private, names, .. } = output;
    let ItemTrait {
        ident, generics, ..
    } = &output.protocol.header;
    let (_, of_trait, where_clause) = generics.split_for_impl();
    let (worker, message, subject) = (&names.worker, &names.message, &names.subject);
    let protocol = quote!(<#subject as #ident #of_trait>);
    let with_subject = with_subject(output, generics);
    let (of_impl, of_type, _) = with_subject.split_for_impl();
    let calls = output.protocol.methods.iter();
    let calls = calls.map(|method| call(method, message, &protocol, private));
    let lifecycle = lifecycle::METHODS.iter();
    let lifecycle = lifecycle.map(|method| method.called(&protocol, output.crate_path));
    let definition = definition(output, &with_subject);
    quote_spanned! {Span::mixed_site()=>
        #definition

        #[allow(deprecated)]
        impl #of_impl #private::Worker for #worker #of_type #where_clause {
            type Message = #message #of_trait;
            type Context = #private::Context;

            #(#lifecycle)*

            async fn handle_message(
                &mut self,
                ctx: &mut #private::Context,
                call: Self::Message,
            ) -> #private::Result<()> {
                let _ = &ctx;
                match call {
                    #(#calls)*
                    #message::__Never(never, _) => match never {},
                }
            }
        }
    }
}

/// Writes the struct. That of a generic trait has a field for the parameters, and so a `new`.
fn definition(output: &Output<'_>, with_subject: &Generics) -> TokenStream {
    let Output { private, names, .. } = output;
    let ItemTrait {
        vis,
        ident,
        generics,
        ..
    } = &output.protocol.header;
    let (worker, subject) = (&names.worker, &names.subject);
    let (of_impl, of_type, where_clause) = with_subject.split_for_impl();
    let doc = format!("Makes a worker of what implements [`{ident}`].");
    if generics.params.is_empty() {
        return quote! {
            #[doc = #doc]
            #[derive(Clone, Debug, Default)]
            #[allow(dead_code)]
            #vis struct #worker #with_subject (pub #subject);
        };
    }
    let types = generics.params.iter().filter_map(|param| match param {
        GenericParam::Type(param) => Some(&param.ident),
        _ => None,
    });
    quote! {
        #[doc = #doc]
        #[allow(dead_code)]
        #vis struct #worker #with_subject (
            pub #subject,
            #private::std::marker::PhantomData<fn() -> (#(#types,)*)>,
        ) #where_clause;

        #[allow(dead_code)]
        impl #of_impl #worker #of_type #where_clause {
            /// Makes a worker.
            #vis fn new(subject: #subject) -> Self {
                Self(subject, #private::std::marker::PhantomData)
            }
        }
    }
}

/// Puts the parameter for what implements the trait in front of the trait's own.
fn with_subject(output: &Output<'_>, generics: &Generics) -> Generics {
    let (_, of_trait, _) = generics.split_for_impl();
    let (subject, ident) = (&output.names.subject, &output.protocol.header.ident);
    let mut with_subject = generics.clone();
    let param: GenericParam = parse_quote!(#subject: #ident #of_trait);
    with_subject.params.insert(0, param);
    with_subject.lt_token.get_or_insert_with(Default::default);
    with_subject.gt_token.get_or_insert_with(Default::default);
    with_subject
}

fn call(
    method: &Method,
    message: &Ident,
    protocol: &TokenStream,
    private: &TokenStream,
) -> TokenStream {
    let Method {
        condition,
        variant,
        arguments,
        sig,
        ..
    } = method;
    let name = &sig.ident;
    let arguments: Vec<_> = arguments.iter().map(|Argument { name, .. }| name).collect();
    let context = method
        .takes_context
        .then(|| quote_spanned!(Span::mixed_site()=> ctx,));
    let reply = matches!(method.answer, Answer::Later(_))
        .then(|| quote_spanned!(Span::mixed_site()=> ctx.reply_later(),));
    let is_async = !matches!(&method.answer, Answer::Stream(stream) if !stream.is_async);
    let awaited = is_async.then(|| quote_spanned!(Span::mixed_site()=> .await));
    let called = quote_spanned! {Span::mixed_site()=>
        #protocol::#name(&mut self.0, #context #(#arguments,)* #reply) #awaited
    };
    let handled = match &method.answer {
        Answer::Stream(stream) => replied_with_stream(stream, &called, private),
        Answer::None | Answer::Later(_) => quote_spanned! {Span::mixed_site()=>
            #called;
            #private::std::result::Result::Ok(())
        },
        Answer::Result(ty) => {
            // At the user's return type, because it may be another `Result`.
            let place = sig.output.span().resolved_at(Span::mixed_site());
            let returned = Ident::new("returned", place);
            quote_spanned! {Span::mixed_site()=>
                let #returned = #called;
                let answer: #private::Result<#ty> = #returned;
                ctx.reply::<#ty>(answer?).await
            }
        }
        Answer::Value(ty) => quote_spanned! {Span::mixed_site()=>
            let answer = #called;
            ctx.reply::<#ty>(answer).await
        },
    };
    quote_spanned! {Span::mixed_site()=>
        #condition
        #message::#variant { #(#arguments),* } => { #handled }
    }
}

fn replied_with_stream(
    stream: &StreamAnswer,
    called: &TokenStream,
    private: &TokenStream,
) -> TokenStream {
    let part = &stream.part;
    let begun = match stream.is_in_result {
        true => quote_spanned! {Span::mixed_site()=>
            let stream: #private::Result<_> = #called;
            let stream = stream?;
        },
        false => quote_spanned!(Span::mixed_site()=> let stream = #called;),
    };
    let reply = match stream.is_fallible {
        true => quote_spanned!(Span::mixed_site()=> ctx.reply_results::<#part, _>(stream).await),
        false => quote_spanned!(Span::mixed_site()=> ctx.reply_stream(stream).await),
    };
    quote_spanned! {Span::mixed_site()=>
        #begun
        #reply
    }
}
