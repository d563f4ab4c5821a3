mod client;
mod cloned;
mod message;
mod output;
mod trait_;
mod worker;

use proc_macro2::TokenStream;
use quote::quote;

use crate::crate_path::CratePath;

use super::model::Protocol;
use super::names::Names;
use output::Output;

/// Writes the trait, the message, the worker and the client.
pub(super) fn expand(protocol: &Protocol, crate_path: &CratePath) -> TokenStream {
    let header = &protocol.header;
    let output = Output {
        protocol,
        crate_path,
        private: crate_path.private(),
        names: Names::of(&header.ident, &header.generics),
    };
    let parts = [
        trait_::expand(&output),
        message::expand(&output),
        cloned::expand(&output),
        worker::expand(&output),
        client::expand(&output),
    ];
    quote!(#(#parts)*)
}
