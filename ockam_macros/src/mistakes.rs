use std::fmt::Display;
use std::mem;

use proc_macro2::TokenStream;
use quote::{ToTokens, TokenStreamExt, quote};
use syn::Error;

use crate::condition::Condition;

/// Collects the mistakes in one use of a macro, so that the user sees all of them at once.
pub(crate) struct Mistakes {
    found: Vec<Mistake>,
    /// The condition under which the part that is being checked is compiled.
    condition: Condition,
}

struct Mistake {
    condition: Condition,
    error: Error,
}

impl Mistakes {
    pub(crate) fn new() -> Self {
        Self {
            found: Vec::new(),
            condition: Condition::Always,
        }
    }

    /// Reports a mistake on the tokens that are at fault.
    pub(crate) fn at(&mut self, tokens: impl ToTokens, message: impl Display) {
        self.add(Error::new_spanned(tokens, message));
    }

    /// Reports what `syn` doesn't understand.
    pub(crate) fn add(&mut self, error: Error) {
        let condition = self.condition.clone();
        self.found.push(Mistake { condition, error });
    }

    /// Checks a part that is compiled on a condition. The mistakes in it are reported on the same
    /// condition.
    pub(crate) fn only_if<T>(
        &mut self,
        condition: Condition,
        check: impl FnOnce(&mut Self) -> T,
    ) -> T {
        let narrower = self.condition.clone().and(condition);
        let outer = mem::replace(&mut self.condition, narrower);
        let checked = check(self);
        self.condition = outer;
        checked
    }

    /// Returns the messages in the order in which they were found.
    #[cfg(test)]
    pub(crate) fn messages(self) -> Vec<String> {
        let messages = self.found.into_iter().map(|it| it.error.to_string());
        messages.collect()
    }
}

impl ToTokens for Mistakes {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let found = self.found.iter().filter(|it| !it.condition.is_never());
        tokens.append_all(found);
    }
}

/// Writes a `compile_error!` on the tokens that are at fault.
impl ToTokens for Mistake {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self { condition, error } = self;
        let error = error.to_compile_error();
        tokens.append_all(quote!(#condition #error));
    }
}
