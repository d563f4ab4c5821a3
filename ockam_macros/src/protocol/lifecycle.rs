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
    default: Default,
}

/// What a method does if the impl hasn't it.
enum Default {
    Nothing,
    /// It returns the failure as its error.
    PassesFailureOn,
    /// It returns an error that says what it was told.
    DoesNotHear,
}

pub(super) const METHODS: [Lifecycle; 5] = [
    Lifecycle {
        name: "initialize",
        doc: "Prepares the worker before its first message, as `Worker::initialize` does.",
        argument: None,
        default: Default::Nothing,
    },
    Lifecycle {
        name: "undelivered",
        doc: "Handles the failure of a message to another node, as `Worker::undelivered` does.",
        argument: Some(("failure", "Error")),
        default: Default::PassesFailureOn,
    },
    Lifecycle {
        name: "down",
        doc: "Hears of the end of what this worker monitors, as `Worker::down` does.",
        argument: Some(("down", "Down")),
        default: Default::DoesNotHear,
    },
    Lifecycle {
        name: "stopping",
        doc: "Hears that the worker is to stop, as `Worker::stopping` does.",
        argument: None,
        default: Default::Nothing,
    },
    Lifecycle {
        name: "shutdown",
        doc: "Cleans up after the last message, as `Worker::shutdown` does.",
        argument: None,
        default: Default::Nothing,
    },
];

impl Lifecycle {
    /// Writes the method with its default, for the trait.
    pub(super) fn provided(&self, crate_path: &CratePath) -> TokenStream {
        let private = crate_path.private();
        let (name, doc) = (self.ident(), self.doc);
        let argument = self.argument.map(|(name, _)| format_ident!("{name}"));
        let declared = self.declared_argument(crate_path);
        let output = match self.default {
            Default::Nothing => quote!(#private::std::result::Result::Ok(())),
            Default::PassesFailureOn => quote!(#private::std::result::Result::Err(#argument)),
            Default::DoesNotHear => {
                quote!(#private::std::result::Result::Err(#private::unheard(&#argument)))
            }
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
