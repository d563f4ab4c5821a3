use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Attribute, ItemTrait, Type, parse_quote};

use crate::attributes;
use crate::protocol::model::{Answer, Argument, Method, StreamAnswer};

use super::output::Output;

/// Writes the client, which sends and asks.
pub(super) fn expand(output: &Output<'_>) -> TokenStream {
    let Output { private, names, .. } = output;
    let ItemTrait {
        vis,
        ident,
        generics,
        ..
    } = &output.protocol.header;
    let (client, message) = (&names.client, &names.message);
    let (of_impl, of_type, where_clause) = generics.split_for_impl();
    let methods = output.protocol.methods.iter();
    let methods = methods.map(|method| calls(method, output));
    let doc = format!("Calls the methods of [`{ident}`] on a worker, wherever it is.");
    let name = client.to_string();
    quote! {
        #[doc = #doc]
        #[allow(dead_code)]
        #vis struct #client #generics (#private::Client<#message #of_type>) #where_clause;

        #[allow(dead_code)]
        impl #of_impl #client #of_type #where_clause {
            /// Creates a client that sends in the name of a context or a sender, along a route.
            #vis fn new(
                sender: impl #private::std::convert::Into<#private::Sender>,
                route: impl #private::std::convert::Into<#private::Route>,
            ) -> Self {
                Self(#private::Client::new(sender.into(), route.into()))
            }

            #(#methods)*
        }

        /// Creates a client that doesn't look up an address.
        impl #of_impl #private::std::convert::From<#private::WorkerHandle<#message #of_type>>
            for #client #of_type #where_clause
        {
            fn from(worker: #private::WorkerHandle<#message #of_type>) -> Self {
                Self(worker.into())
            }
        }

        /// Creates a client for one member of a group, or for all, as the group delivers.
        impl #of_impl #private::std::convert::From<#private::GroupHandle<#message #of_type>>
            for #client #of_type #where_clause
        {
            fn from(group: #private::GroupHandle<#message #of_type>) -> Self {
                Self(group.into())
            }
        }

        impl #of_impl #private::std::clone::Clone for #client #of_type #where_clause {
            fn clone(&self) -> Self {
                Self(#private::std::clone::Clone::clone(&self.0))
            }
        }

        impl #of_impl #private::std::fmt::Debug for #client #of_type #where_clause {
            fn fmt(
                &self,
                f: &mut #private::std::fmt::Formatter<'_>,
            ) -> #private::std::fmt::Result {
                self.0.fmt_as(#name, f)
            }
        }
    }
}

/// Writes the ways to call a method.
fn calls(method: &Method, output: &Output<'_>) -> TokenStream {
    match &method.answer {
        Answer::None => sent(method, output),
        Answer::Result(ty) | Answer::Value(ty) | Answer::Later(ty) => asked(method, ty, output),
        Answer::Stream(StreamAnswer { part, .. }) => {
            let private = &output.private;
            asked(method, &parse_quote!(#private::Streaming<#part>), output)
        }
    }
}

fn sent(method: &Method, output: &Output<'_>) -> TokenStream {
    let Output { private, names, .. } = output;
    let Method {
        attrs,
        condition,
        sig,
        variant,
        ..
    } = method;
    let (message, vis) = (&names.message, &output.protocol.header.vis);
    let name = &sig.ident;
    let try_name = format_ident!("try_{}", name.unraw(), span = name.span());
    let attrs = inherited(attrs);
    let (arguments, names) = arguments(method);
    let doc = format!("Calls [`{name}`](Self::{name}) if there is room at once.");
    quote! {
        #(#attrs)*
        #vis fn #name(&self, #(#arguments,)*)
            -> impl #private::std::future::Future<Output = #private::Result<()>>
                + #private::std::marker::Send {
            self.0.send(#message::#variant { #(#names),* })
        }

        #[doc = #doc]
        #condition
        #vis fn #try_name(&self, #(#arguments,)*) -> #private::Result<()> {
            self.0.try_send(#message::#variant { #(#names),* })
        }
    }
}

fn asked(method: &Method, answer: &Type, output: &Output<'_>) -> TokenStream {
    let Output { private, names, .. } = output;
    let Method {
        attrs,
        condition,
        sig,
        variant,
        ..
    } = method;
    let (message, vis) = (&names.message, &output.protocol.header.vis);
    let name = &sig.ident;
    let timeout_name = format_ident!("{}_timeout", name.unraw(), span = name.span());
    let attrs = inherited(attrs);
    let (arguments, names) = arguments(method);
    let doc = format!("Calls [`{name}`](Self::{name}), and waits no longer than a time limit.");
    // Hygienic, because an argument may have this name.
    let timeout = Ident::new("timeout", Span::mixed_site());
    // On the user's type, because it may be no message.
    let future = quote_spanned! {answer.span()=>
        impl #private::std::future::Future<Output = #private::Result<#answer>>
            + #private::std::marker::Send
    };
    let ask = quote!(ask::<#answer>);
    let ask_timeout = quote!(ask_timeout::<#answer>);
    quote! {
        #(#attrs)*
        #vis fn #name(&self, #(#arguments,)*) -> #future {
            self.0.#ask(#message::#variant { #(#names),* })
        }

        #[doc = #doc]
        #condition
        #vis fn #timeout_name(
            &self,
            #(#arguments,)*
            #timeout: #private::std::time::Duration,
        ) -> #future {
            self.0.#ask_timeout(#message::#variant { #(#names),* }, #timeout)
        }
    }
}

/// Returns the attributes of the method that say something about the client's, too.
fn inherited(attrs: &[Attribute]) -> impl Iterator<Item = &Attribute> {
    attrs
        .iter()
        .filter(|it| !attributes::ends_with(it, "must_use"))
}

fn arguments(method: &Method) -> (Vec<TokenStream>, Vec<&Ident>) {
    let arguments = method.arguments.iter();
    arguments
        .map(|Argument { name, ty, .. }| (quote!(#name: #ty), name))
        .unzip()
}
