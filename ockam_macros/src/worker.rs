//! `#[async_worker]` and `#[async_processor]`: parse → model → validate → complete → expand.

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

use members::{PROCESSOR, Trait, WORKER};

/// Completes an `impl Worker for …`.
pub(crate) fn async_worker(arguments: TokenStream, item: TokenStream) -> TokenStream {
    complete_impl(WORKER, arguments, item)
}

/// Completes an `impl Processor for …`.
pub(crate) fn async_processor(arguments: TokenStream, item: TokenStream) -> TokenStream {
    complete_impl(PROCESSOR, arguments, item)
}

fn complete_impl(of: Trait, arguments: TokenStream, item: TokenStream) -> TokenStream {
    let mut mistakes = Mistakes::new();
    let crate_path = settings::crate_path(of, arguments, &mut mistakes);
    let worker = parse::worker(of, item.clone(), &mut mistakes);
    let worker = worker.filter(|worker| validate::is_of_trait(worker, &mut mistakes));
    let Some(mut worker) = worker else {
        return quote!(#mistakes #item);
    };
    validate::validate(&mut worker, &mut mistakes);
    complete::complete(&mut worker, &crate_path, &mut mistakes);
    let expanded = expand::expand(worker, &crate_path);
    quote!(#mistakes #expanded)
}
