use proc_macro2::TokenStream;

use crate::arguments;
use crate::crate_path::CratePath;
use crate::mistakes::Mistakes;

use super::members::Trait;

/// Reads the arguments of the attribute, and reports mistakes in them.
pub(super) fn crate_path(of: Trait, tokens: TokenStream, mistakes: &mut Mistakes) -> CratePath {
    let mut crate_path = CratePath::default();
    for argument in arguments::parse(tokens, of.usage, mistakes) {
        if argument.name == "crate" {
            crate_path = CratePath::from_argument(&argument, mistakes);
        } else {
            of.usage.refuse(&argument, mistakes);
        }
    }
    crate_path
}
