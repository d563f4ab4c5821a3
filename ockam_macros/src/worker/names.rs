use proc_macro2::Ident;

use crate::mistakes::Mistakes;
use crate::similar;

use super::members::Kind;
use super::model::WorkerImpl;

/// The names that the members of one kind may bear in an impl.
pub(super) struct Names {
    kind: Kind,
    /// Those that the impl doesn't use yet: one of them may have been meant by a misspelled name.
    free: Vec<&'static str>,
    /// What to do with a member of another name.
    advice: String,
}

impl Names {
    pub(super) fn of(kind: Kind, worker: &WorkerImpl, advice: String) -> Self {
        let free = kind
            .names
            .iter()
            .copied()
            .filter(|name| !worker.has(name))
            .collect();
        Self { kind, free, advice }
    }

    /// Returns whether a name is one of the trait's, corrects one that is misspelled, and reports
    /// all others.
    pub(super) fn recognise(&self, name: &mut Ident, mistakes: &mut Mistakes) -> bool {
        if self.kind.names.iter().any(|known| name == known) {
            return true;
        }
        let noun = self.kind.noun;
        let meant = similar::meant(&name.to_string(), &self.free);
        let message = match meant {
            Some(meant) => format!("`Worker` has no {noun} `{name}`: did you mean `{meant}`?"),
            None => {
                let names = self.kind.names.join("`, `");
                format!(
                    "`Worker` has no {noun} `{name}`, only `{names}`: {}",
                    self.advice
                )
            }
        };
        mistakes.at(&*name, message);
        if let Some(meant) = meant {
            *name = Ident::new(meant, name.span());
        }
        meant.is_some()
    }
}
