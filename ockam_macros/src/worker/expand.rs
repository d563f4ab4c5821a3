use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{Attribute, ImplItem, ItemImpl, Path, Token, parse_quote};

use crate::attributes;
use crate::crate_path::CratePath;
use crate::function::Function;
use crate::tokens::placed_at;

use super::members;
use super::model::{Member, WorkerImpl};
use super::qualify::qualify;

/// Writes the impl, a check that its trait is the right one, and the methods that don't fit it.
pub(super) fn expand(worker: WorkerImpl, crate_path: &CratePath) -> TokenStream {
    let WorkerImpl {
        mut header,
        members,
        strays,
    } = worker;
    let private = crate_path.private();
    let named = header.trait_.take();
    let check = named
        .as_ref()
        .map(|(path, _)| check(&header, path, crate_path));
    let named = named.unwrap_or_else(|| {
        (
            parse_quote!(#private::Worker),
            Token![for](Span::call_site()),
        )
    });
    let strays = beside(strays, &header, &named.0);
    header.trait_ = Some(named);
    header
        .items
        .extend(members.into_iter().map(tolerant).map(ImplItem::Verbatim));
    quote!(#header #check #strays)
}

/// Allows what the guide's handler does, and clippy warns about.
fn tolerant(mut member: Member) -> TokenStream {
    if let Member::Method(function) = &mut member {
        if members::is_handler(function.name()) {
            let allow =
                parse_quote!(#[allow(clippy::uninlined_format_args, clippy::useless_format)]);
            function.attrs.insert(0, allow);
        }
    }
    member.into_token_stream()
}

/// Has the compiler say, at the user's own path, that the trait is another than this framework's.
fn check(header: &ItemImpl, path: &Path, crate_path: &CratePath) -> TokenStream {
    let private = crate_path.private();
    let cfgs = cfgs(header);
    let (generics, _, bounds) = header.generics.split_for_impl();
    let place = path
        .segments
        .last()
        .map_or_else(Span::call_site, |last| last.ident.span());
    let subject = placed_at(place, header.self_ty.to_token_stream());
    quote! {
        #(#cfgs)*
        const _: () = {
            fn _check #generics() #bounds {
                #private::is_worker::<#subject>();
            }
        };
    }
}

/// Writes an impl of no trait around the methods that don't fit the trait.
fn beside(strays: Vec<Function>, header: &ItemImpl, path: &Path) -> Option<TokenStream> {
    if strays.is_empty() {
        return None;
    }
    let (generics, _, bounds) = header.generics.split_for_impl();
    let subject = &header.self_ty;
    let cfgs = cfgs(header);
    let methods = strays
        .into_iter()
        .map(|function| qualify(function.into_token_stream(), path));
    Some(quote! {
        #(#cfgs)*
        #[allow(dead_code)]
        impl #generics #subject #bounds {
            #(#methods)*
        }
    })
}

fn cfgs(header: &ItemImpl) -> impl Iterator<Item = &Attribute> {
    header.attrs.iter().filter(attributes::is_cfg)
}
