use proc_macro2::TokenStream;

use crate::crate_path::CratePath;
use crate::protocol::model::Protocol;
use crate::protocol::names::Names;

/// What every part of the output needs.
pub(super) struct Output<'a> {
    pub(super) protocol: &'a Protocol,
    pub(super) crate_path: &'a CratePath,
    pub(super) private: TokenStream,
    pub(super) names: Names,
}
