//! `#[node]` and `#[test]`: parse → model → validate → expand.

mod cases;
mod expand;
mod model;
mod parse;
mod role;
mod settings;
mod trial;
mod validate;

use proc_macro2::TokenStream;
use quote::quote;

use crate::condition::Condition;
use crate::mistakes::Mistakes;

use model::Entry;
use settings::Settings;

pub(crate) use role::Role;

/// Turns an async function into the `main` of a program, or into a test.
pub(crate) fn entry(role: Role, arguments: TokenStream, item: TokenStream) -> TokenStream {
    let mut mistakes = Mistakes::new();
    let settings = Settings::parse(role, arguments, &mut mistakes);
    let Some(function) = parse::function(item.clone(), role, &mut mistakes) else {
        return quote!(#mistakes #item);
    };
    let mut entry = Entry {
        role,
        settings,
        function,
        is_callable: Condition::Always,
    };
    validate::validate(&mut entry, &mut mistakes);
    let expanded = expand::expand(entry);
    quote!(#mistakes #expanded)
}
