//! The attribute macros of the `ockam` framework.

mod arguments;
mod attributes;
mod crate_path;
mod function;
mod item;
mod mistakes;
mod node;
mod similar;
mod tokens;
mod worker;

use proc_macro::TokenStream;

/// node
#[proc_macro_attribute]
pub fn node(arguments: TokenStream, item: TokenStream) -> TokenStream {
    node::entry(node::Role::Main, arguments.into(), item.into()).into()
}

/// test
#[proc_macro_attribute]
pub fn test(arguments: TokenStream, item: TokenStream) -> TokenStream {
    node::entry(node::Role::Test, arguments.into(), item.into()).into()
}

/// worker
#[proc_macro_attribute]
pub fn async_worker(arguments: TokenStream, item: TokenStream) -> TokenStream {
    worker::async_worker(arguments.into(), item.into()).into()
}
