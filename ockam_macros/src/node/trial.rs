use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{Lit, Token};

use crate::arguments::Argument;
use crate::mistakes::Mistakes;

/// What may happen in a test without failing it, in the attribute and in the node.
const TROUBLES: [(&str, &str); 4] = [
    ("failures", "Failures"),
    ("killed", "Killed"),
    ("tasks", "Tasks"),
    ("unhandled", "Unhandled"),
];

/// The settings that only a test has.
#[derive(Default)]
pub(super) struct Trial {
    /// `paused`, where it is written.
    paused: Option<Ident>,
    seeds: Option<(Ident, u64)>,
    timeout: Option<u64>,
    allowed: Vec<Ident>,
}

impl Trial {
    /// Reads an argument, and reports mistakes in it. Returns `false` for one that it doesn't know.
    pub(super) fn read(&mut self, argument: &Argument, mistakes: &mut Mistakes) -> bool {
        match argument.name.to_string().as_str() {
            "paused" => self.paused(argument, mistakes),
            "seeds" => {
                let seeds = whole_number(argument, "seeds = 1000", mistakes);
                self.seeds = Some((argument.name.clone(), seeds.unwrap_or(1)));
            }
            "timeout" => self.timeout = whole_number(argument, "timeout = 60", mistakes),
            "allow" => self.allow(argument, mistakes),
            _ => return false,
        }
        true
    }

    /// Reports arguments that are not for this test.
    pub(super) fn check(&self, is_on_one_thread: bool, mistakes: &mut Mistakes) {
        let seeds = self.seeds.as_ref().map(|(name, _)| name);
        for name in self.paused.iter().chain(seeds) {
            if !cfg!(feature = "test-util") {
                let message = format!(
                    "`{name}` needs the feature `test-util` of `ockam`: run `cargo add --dev ockam \
                     --features test-util`"
                );
                mistakes.at(name, message);
            } else if !is_on_one_thread {
                let message = format!("`{name}` runs on one thread: remove `worker_threads`");
                mistakes.at(name, message);
            }
        }
        if let (Some(paused), Some(_)) = (&self.paused, seeds) {
            let message = "with `seeds`, the clock is paused anyway: remove `paused`";
            mistakes.at(paused, message);
        }
    }

    /// Returns the calls that set up the test.
    pub(super) fn builder(&self, private: &TokenStream) -> TokenStream {
        let has_feature = cfg!(feature = "test-util");
        let paused = self.paused.as_ref().filter(|_| has_feature);
        let paused = paused.map(|_| quote!(.paused()));
        let seeds = self.seeds.as_ref().filter(|_| has_feature);
        let seeds = seeds.map(|(_, seeds)| quote!(.seeds(#seeds)));
        let timeout = self.timeout.map(|seconds| quote!(.timeout(#seconds)));
        let allowed = &self.allowed;
        quote!(#paused #seeds #timeout #(.allow(#private::Trouble::#allowed))*)
    }

    fn paused(&mut self, argument: &Argument, mistakes: &mut Mistakes) {
        if !argument.is_bare() {
            let message = "`paused` takes no value: write `paused` alone";
            mistakes.at(argument.value_tokens(), message);
        }
        self.paused = Some(argument.name.clone());
    }

    fn allow(&mut self, argument: &Argument, mistakes: &mut Mistakes) {
        let known = TROUBLES.map(|(name, _)| format!("`{name}`")).join(", ");
        let Some(list) = argument.list() else {
            let message = format!("`allow` takes a list of {known}: write `allow(unhandled)`");
            mistakes.at(argument.value_tokens(), message);
            return;
        };
        let names = Punctuated::<Ident, Token![,]>::parse_terminated.parse2(list.clone());
        let Ok(names) = names else {
            let message = format!("`allow` takes a list of {known}: write `allow(unhandled)`");
            mistakes.at(list, message);
            return;
        };
        for name in names {
            match TROUBLES.iter().find(|(known, _)| name == known) {
                Some((_, variant)) => self.allowed.push(format_ident!("{variant}")),
                None => mistakes.at(&name, format!("`allow` knows {known}, not `{name}`")),
            }
        }
    }
}

fn whole_number(argument: &Argument, example: &str, mistakes: &mut Mistakes) -> Option<u64> {
    let number = match argument.value() {
        Some(Lit::Int(number)) => number.base10_parse().ok(),
        _ => None,
    };
    let number = number.filter(|number| *number > 0);
    if number.is_none() {
        let name = &argument.name;
        let message = format!("`{name}` takes a whole number, at least 1: write `{example}`");
        mistakes.at(argument.value_tokens(), message);
    }
    number
}
