use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::ItemTrait;

use crate::item;
use crate::mistakes::Mistakes;
use crate::tokens::ungrouped;

/// Reads the trait under the attribute; reports an item that isn't one.
pub(super) fn item(item: TokenStream, mistakes: &mut Mistakes) -> Option<ItemTrait> {
    let keyword = item::keyword(&item);
    if keyword.as_ref().is_some_and(|word| word == "trait") {
        let read = syn::parse2(ungrouped(item));
        return read.map_err(|error| mistakes.add(error)).ok();
    }
    let here = keyword
        .as_ref()
        .map_or("this".into(), |word| format!("this `{word}`"));
    let message = format!(
        "`#[protocol]` goes on a trait, not on {here}: write it on `trait … {{ async fn …; }}`"
    );
    mistakes.at(keyword.map_or(item, ToTokens::into_token_stream), message);
    None
}
