use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::ItemTrait;

use crate::protocol::model::{Argument, Method};

use super::output::Output;

/// Writes `Clone` for the message, which only holds if all arguments can be cloned: a group may deliver a call to
/// all of its members then.
///
/// A method with a `cfg` may have arguments of types that don't exist, and a bound has no `cfg`. With such a method,
/// the message can't be cloned.
pub(super) fn expand(output: &Output<'_>) -> TokenStream {
    let Output { private, names, .. } = output;
    let methods = &output.protocol.methods;
    if methods.iter().any(|method| !method.condition.is_always()) {
        return TokenStream::new();
    }
    let ItemTrait { generics, .. } = &output.protocol.header;
    let (of_impl, of_type, where_clause) = generics.split_for_impl();
    let message = &names.message;
    let bounds = where_clause.map(|clause| {
        let predicates = clause.predicates.iter();
        quote!(#(#predicates,)*)
    });
    let types = methods.iter().flat_map(|method| &method.arguments);
    let types = types.map(|argument| &argument.ty);
    let variants = methods.iter().map(|method| cloned(method, private));
    quote_spanned! {Span::mixed_site()=>
        impl #of_impl #private::std::clone::Clone for #message #of_type
        where
            #bounds
            #(for<'any> #types: #private::CloneArgument<'any>,)*
        {
            fn clone(&self) -> Self {
                match self {
                    #(#variants)*
                    Self::__Never(never, _) => match *never {},
                }
            }
        }
    }
}

fn cloned(method: &Method, private: &TokenStream) -> TokenStream {
    let Method {
        variant, arguments, ..
    } = method;
    let names = arguments.iter().map(|Argument { name, .. }| name);
    let names: Vec<_> = names.collect();
    quote_spanned! {Span::mixed_site()=>
        Self::#variant { #(#names),* } => Self::#variant {
            #(#names: #private::CloneArgument::clone_argument(#names),)*
        },
    }
}
