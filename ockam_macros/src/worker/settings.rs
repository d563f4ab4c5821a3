use proc_macro2::TokenStream;

use crate::arguments::{self, Usage};
use crate::crate_path::CratePath;
use crate::mistakes::Mistakes;

pub(super) const USAGE: Usage = Usage {
    attribute: "#[async_worker]",
    takes: "`crate = \"my_ockam\"`",
};

/// Reads the arguments of the attribute, and reports mistakes in them.
pub(super) fn crate_path(tokens: TokenStream, mistakes: &mut Mistakes) -> CratePath {
    let mut crate_path = CratePath::default();
    for argument in arguments::parse(tokens, USAGE, mistakes) {
        if argument.name == "crate" {
            crate_path = CratePath::from_argument(&argument, mistakes);
        } else {
            USAGE.refuse(&argument, mistakes);
        }
    }
    crate_path
}
