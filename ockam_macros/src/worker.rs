//! `#[async_worker]`: parse → model → validate → complete → expand.

mod complete;
mod expand;
mod members;
mod message;
mod method;
mod model;
mod names;
mod parse;
mod qualify;
mod routed;
mod settings;
mod validate;

use proc_macro2::TokenStream;
use quote::quote;

use crate::mistakes::Mistakes;

/// Completes an `impl Worker for …`.
pub(crate) fn async_worker(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let mut mistakes = Mistakes::new();
    let crate_path = settings::crate_path(arguments, &mut mistakes);
    let worker = parse::worker(item.clone(), &mut mistakes);
    let worker = worker.filter(|worker| validate::is_worker(worker, &mut mistakes));
    let Some(mut worker) = worker else {
        return quote!(#mistakes #item);
    };
    validate::validate(&mut worker, &mut mistakes);
    complete::complete(&mut worker, &crate_path, &mut mistakes);
    let expanded = expand::expand(worker, &crate_path);
    quote!(#mistakes #expanded)
}
