use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};

use crate::crate_path::CratePath;
use crate::tokens::placed_at;
use crate::ty::Type;

use super::header::Header;
use super::members;
use super::model::{Member, WorkerImpl};
use super::qualify::qualify;

/// Writes the impl, a check that its trait is the right one, and the methods that don't fit it.
pub(super) fn expand(worker: &WorkerImpl, crate_path: &CratePath) -> TokenStream {
    let check = check(worker, crate_path);
    let strays = strays(worker);
    let WorkerImpl { header, inner, .. } = worker;
    let members = worker.members.iter().map(tolerant);
    let private = crate_path.private();
    let (routed, shutdown) = (
        worker.may_have("handle_routed"),
        worker.may_have("shutdown"),
    );
    quote! {
        #header {
            #(#inner)*
            #(#members)*
            const WRITTEN: #private::Written = #private::Written {
                handle_routed: #routed,
                shutdown: #shutdown,
            };
        }
        #check
        #strays
    }
}

/// Allows what the guide's handler does, and clippy warns about.
fn tolerant(member: &Member) -> TokenStream {
    let allow = match member {
        Member::Method(function) if members::is_handler(function.name()) => {
            Some(quote!(#[allow(clippy::uninlined_format_args, clippy::useless_format)]))
        }
        _ => None,
    };
    quote!(#allow #member)
}

/// Has the compiler say, at the user's own path, that the trait is another than this framework's.
///
/// The lints are those that mind bounds, which the user shouldn't hear of twice.
fn check(worker: &WorkerImpl, crate_path: &CratePath) -> TokenStream {
    let private = crate_path.private();
    let Header {
        generics,
        self_ty,
        where_clause,
        ..
    } = &worker.header;
    let place = worker.trait_path().and_then(Type::last_segment);
    let place = place.map_or_else(Span::call_site, |last| last.span());
    let subject = placed_at(place, self_ty.to_token_stream());
    quote! {
        #[allow(clippy::multiple_bound_locations, clippy::type_repetition_in_bounds)]
        const _: () = {
            fn _check #generics () #where_clause {
                #private::is_worker::<#subject>();
            }
        };
    }
}

/// Writes an impl of no trait around the methods that don't fit the trait.
fn strays(worker: &WorkerImpl) -> Option<TokenStream> {
    if worker.strays.is_empty() {
        return None;
    }
    let path = worker.trait_path()?;
    let Header {
        generics,
        self_ty,
        where_clause,
        ..
    } = &worker.header;
    let methods = worker.strays.iter().map(ToTokens::to_token_stream);
    let methods = methods.map(|method| qualify(method, path));
    Some(quote! {
        #[allow(dead_code)]
        impl #generics #self_ty #where_clause {
            #(#methods)*
        }
    })
}
