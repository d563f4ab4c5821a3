use proc_macro2::Ident;

use crate::mistakes::Mistakes;
use crate::similar;

use super::members::Kind;
use super::model::WorkerImpl;

/// The names that members of one kind may have.
pub(super) struct Names {
    /// The name of the trait.
    of: &'static str,
    kind: Kind,
    /// The names that the impl doesn't use yet. A misspelled name may mean one of them.
    free: Vec<&'static str>,
    /// What the user should do with a member of another name.
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
        let of = worker.of.name;
        Self {
            of,
            kind,
            free,
            advice,
        }
    }

    /// Returns whether the trait has a member of this name. Reports a name that it doesn't have, and
    /// corrects it if it is misspelled.
    pub(super) fn recognise(&self, name: &mut Ident, mistakes: &mut Mistakes) -> bool {
        if self.kind.names.iter().any(|known| name == known) {
            return true;
        }
        let (of, noun) = (self.of, self.kind.noun);
        let meant = similar::meant(&name.to_string(), &self.free);
        let message = match meant {
            Some(meant) => format!("`{of}` has no {noun} `{name}`: did you mean `{meant}`?"),
            None => {
                let names = self.kind.names.join("`, `");
                format!(
                    "`{of}` has no {noun} `{name}`, only `{names}`: {}",
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
