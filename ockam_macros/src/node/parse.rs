use proc_macro2::TokenStream;

use crate::function::Function;
use crate::item;
use crate::mistakes::Mistakes;
use crate::reader::Reader;

use super::role::Role;

/// Reads the function under the attribute; reports an item that isn't one.
pub(super) fn function(item: TokenStream, role: Role, mistakes: &mut Mistakes) -> Option<Function> {
    let mut reader = Reader::new(item.clone());
    let function = Function::read(&mut reader).filter(|_| reader.is_empty());
    if function.is_none() {
        refuse(&item, role, mistakes);
    }
    function
}

fn refuse(item: &TokenStream, role: Role, mistakes: &mut Mistakes) {
    let attribute = role.usage().attribute;
    let instead = format!("write `{attribute} async fn name(ctx: Context) -> Result<()>`");
    match item::keyword(item) {
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
}
