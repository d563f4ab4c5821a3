//! The methods of `Worker` that an impl of a protocol may have, too.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use crate::crate_path::CratePath;

/// A method of `Worker` that the trait provides.
pub(super) struct Lifecycle {
    pub(super) name: &'static str,
    doc: &'static str,
    /// The argument after the context, and its type in the hidden module of the facade.
    argument: Option<(&'static str, &'static str)>,
    /// What it does by default: nothing, or pass the failure on.
    fails: bool,
}

pub(super) const METHODS: [Lifecycle; 3] = [
    Lifecycle {
        name: "initialize",
        doc: "Prepares the worker before its first message, as `Worker::initialize` does.",
        argument: None,
        fails: false,
    },
    Lifecycle {
        name: "undelivered",
        doc: "Handles the failure of a message to another node, as `Worker::undelivered` does.",
        argument: Some(("failure", "Error")),
        fails: true,
    },
    Lifecycle {
        name: "shutdown",
        doc: "Cleans up after the last message, as `Worker::shutdown` does.",
        argument: None,
        fails: false,
    },
];

impl Lifecycle {
    /// Writes the method with its default, for the trait.
    pub(super) fn provided(&self, crate_path: &CratePath) -> TokenStream {
        let private = crate_path.private();
        let (name, doc) = (self.ident(), self.doc);
        let argument = self.argument.map(|(name, _)| format_ident!("{name}"));
        let declared = self.declared_argument(crate_path);
        let output = match self.fails {
            true => quote!(#private::std::result::Result::Err(#argument)),
            false => quote!(#private::std::result::Result::Ok(())),
        };
        quote! {
            #[doc = #doc]
            fn #name(
                &mut self,
                ctx: &mut #private::Context,
                #declared
            ) -> impl #private::std::future::Future<Output = #private::Result<()>>
                + #private::std::marker::Send {
                let _ = ctx;
                #private::std::future::ready(#output)
            }
        }
    }

    /// Writes the method of the worker, which calls that of the trait.
    pub(super) fn called(&self, protocol: &TokenStream, crate_path: &CratePath) -> TokenStream {
        let private = crate_path.private();
        let name = self.ident();
        let argument = self.argument.map(|(name, _)| format_ident!("{name}"));
        let declared = self.declared_argument(crate_path);
        quote! {
            fn #name(
                &mut self,
                ctx: &mut #private::Context,
                #declared
            ) -> impl #private::std::future::Future<Output = #private::Result<()>>
                + #private::std::marker::Send {
                #protocol::#name(&mut self.0, ctx, #argument)
            }
        }
    }

    fn ident(&self) -> Ident {
        format_ident!("{}", self.name)
    }

    fn declared_argument(&self, crate_path: &CratePath) -> Option<TokenStream> {
        let private = crate_path.private();
        self.argument.map(|(name, ty)| {
            let (name, ty) = (format_ident!("{name}"), format_ident!("{ty}"));
            quote!(#name: #private::#ty,)
        })
    }
}
