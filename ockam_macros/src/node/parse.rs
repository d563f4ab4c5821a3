use proc_macro2::TokenStream;

use crate::function::Function;
use crate::item;
use crate::mistakes::Mistakes;

use super::role::Role;

/// Reads the function under the attribute; reports an item that isn't one.
pub(super) fn function(item: TokenStream, role: Role, mistakes: &mut Mistakes) -> Option<Function> {
    let error = match syn::parse2(item.clone()) {
        Ok(function) => return Some(function),
        Err(error) => error,
    };
    let attribute = role.usage().attribute;
    let instead = format!("write `{attribute} async fn name(ctx: Context) -> Result<()>`");
    match item::keyword(&item) {
        Some(word) if word == "fn" => mistakes.add(error),
        Some(word) => {
            let message =
                format!("`{attribute}` goes on an `async fn`, not on this `{word}`: {instead}");
            mistakes.at(word, message);
        }
        None => mistakes.at(
            item,
            format!("`{attribute}` goes on an `async fn`: {instead}"),
        ),
    }
    None
}
