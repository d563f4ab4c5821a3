//! `#[protocol]`: parse → validate → expand. The model is what `validate` understood of the trait.

mod argument;
mod expand;
mod lifecycle;
mod method;
mod model;
mod names;
mod output;
mod parse;
mod settings;
mod stream;
mod validate;

use proc_macro2::TokenStream;
use quote::quote;

use crate::mistakes::Mistakes;

use settings::Settings;

/// Writes the messages, the worker and the client of a trait.
pub(crate) fn protocol(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let mut mistakes = Mistakes::new();
    let settings = Settings::parse(arguments, &mut mistakes);
    let read = parse::item(item.clone(), &mut mistakes);
    let read = read.filter(|read| validate::owns_its_data(read, &mut mistakes));
    let Some(read) = read else {
        return quote!(#mistakes #item);
    };
    let protocol = validate::protocol(read, &settings, &mut mistakes);
    let expanded = expand::expand(&protocol, &settings.crate_path);
    quote!(#mistakes #expanded)
}
