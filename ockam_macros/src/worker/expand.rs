use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{Attribute, ImplItem, ItemImpl, Meta, Path};

use crate::attributes;
use crate::crate_path::CratePath;
use crate::lints;
use crate::ty;

use super::members::{self, Trait};
use super::model::{Member, WorkerImpl};
use super::qualify::qualify;

/// Writes the impl, a check that its trait is the right one, and the methods that don't fit it.
pub(super) fn expand(mut worker: WorkerImpl, crate_path: &CratePath) -> TokenStream {
    let check = check(worker.of, &worker.header, crate_path);
    let rejected = rejected(&worker);
    for member in &mut worker.members {
        if let Member::Method(function) = member {
            if members::is_handler(function.name()) {
                lints::uninlined_format_args(function);
                lints::useless_format(function);
            }
        }
    }
    let members = worker.members.iter().map(ToTokens::to_token_stream);
    worker.header.items = members.map(ImplItem::Verbatim).collect();
    let header = &worker.header;
    quote!(#header #check #rejected)
}

/// Writes code by which the compiler reports, at the user's path, a trait that isn't this framework's.
///
/// It is in an impl for the same type, because the generic parameters and the `where` clause may contain
/// `Self`.
fn check(of: Trait, header: &ItemImpl, crate_path: &CratePath) -> Option<TokenStream> {
    let private = crate_path.private();
    let (path, _) = header.trait_.as_ref()?;
    let place = ty::last_name(path).map_or_else(Span::call_site, Ident::span);
    let subject = Ident::new("Self", place);
    let check = Ident::new(of.check, Span::call_site());
    let levels = header.attrs.iter().filter_map(level);
    let ItemImpl { self_ty, .. } = header;
    let (generics, where_clause) = generics(of, header, path);
    Some(quote! {
        const _: () = {
            trait _Checked {
                fn _check();
            }
            #(#levels)*
            impl #generics _Checked for #self_ty #where_clause {
                fn _check() {
                    #private::#check::<#subject>();
                }
            }
        };
    })
}

/// Repeats a lint level that the user set for the impl. An `expect` becomes an `allow`, because the lint
/// may not be triggered twice.
fn level(attribute: &Attribute) -> Option<TokenStream> {
    let (true, Meta::List(list)) = (attributes::is_lint_level(attribute), &attribute.meta) else {
        return None;
    };
    let level = match list.path.is_ident("expect") {
        true => quote!(allow),
        false => list.path.to_token_stream(),
    };
    let lints = &list.tokens;
    Some(quote!(#[#level(#lints)]))
}

/// Writes an inherent impl with the methods that don't fit the trait.
fn rejected(worker: &WorkerImpl) -> Option<TokenStream> {
    if worker.rejected.is_empty() {
        return None;
    }
    let path = worker.trait_path()?;
    let ItemImpl { self_ty, .. } = &worker.header;
    let (generics, where_clause) = generics(worker.of, &worker.header, path);
    let methods = worker.rejected.iter().map(ToTokens::to_token_stream);
    let methods = methods.map(|method| qualify(method, worker.of, path));
    Some(quote! {
        impl #generics #self_ty #where_clause {
            #(#methods)*
        }
    })
}

/// Repeats the generic parameters and the `where` clause for another impl for the same type.
fn generics(of: Trait, header: &ItemImpl, path: &Path) -> (TokenStream, TokenStream) {
    let generics = &header.generics;
    let where_clause = generics.where_clause.to_token_stream();
    (
        qualify(generics.to_token_stream(), of, path),
        qualify(where_clause, of, path),
    )
}
