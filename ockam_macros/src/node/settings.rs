use proc_macro2::TokenStream;
use quote::quote;
use syn::{Lit, LitStr};

use crate::arguments::{self, Argument};
use crate::crate_path::CratePath;
use crate::mistakes::Mistakes;

use super::role::Role;
use super::trial::Trial;

/// The settings of the node, from the arguments of the attribute.
#[derive(Default)]
pub(super) struct Settings {
    pub(super) crate_path: CratePath,
    /// What only a test has.
    pub(super) trial: Trial,
    threads: Option<Threads>,
    name: Option<LitStr>,
}

#[derive(Clone, Copy)]
enum Threads {
    Current,
    Workers(usize),
}

impl Settings {
    /// Reads the arguments, and reports mistakes in them.
    pub(super) fn parse(role: Role, tokens: TokenStream, mistakes: &mut Mistakes) -> Self {
        let usage = role.usage();
        let mut settings = Self::default();
        for argument in arguments::parse(tokens, usage, mistakes) {
            match argument.name.to_string().as_str() {
                "worker_threads" => settings.worker_threads(&argument, mistakes),
                "current_thread" => settings.current_thread(&argument, mistakes),
                "name" => settings.name(&argument, mistakes),
                "crate" => settings.crate_path = CratePath::from_argument(&argument, mistakes),
                _ if role == Role::Test && settings.trial.read(&argument, mistakes) => {}
                _ => usage.refuse(&argument, mistakes),
            }
        }
        if role == Role::Test {
            let threads = *settings.threads.get_or_insert(Threads::Current);
            let is_on_one_thread = matches!(threads, Threads::Current);
            settings.trial.check(is_on_one_thread, mistakes);
        }
        settings
    }

    /// Returns the expression that creates the node's builder.
    pub(super) fn builder(&self) -> TokenStream {
        let private = self.crate_path.private();
        let threads = self.threads.map(|threads| match threads {
            Threads::Current => quote!(.current_thread()),
            Threads::Workers(count) => quote!(.worker_threads(#count)),
        });
        let name = self.name.as_ref().map(|name| quote!(.name(#name)));
        quote!(#private::NodeBuilder::new() #threads #name)
    }

    fn worker_threads(&mut self, argument: &Argument, mistakes: &mut Mistakes) {
        let count = match argument.value() {
            Some(Lit::Int(number)) => number.base10_parse().ok(),
            _ => None,
        };
        match count {
            Some(count) if count > 0 => {
                self.set_threads(Threads::Workers(count), argument, mistakes);
            }
            _ => mistakes.at(
                argument.value_tokens(),
                "`worker_threads` takes a whole number, at least 1: write `worker_threads = 4`",
            ),
        }
    }

    fn current_thread(&mut self, argument: &Argument, mistakes: &mut Mistakes) {
        if !argument.is_bare() {
            let message = "`current_thread` takes no value: write `current_thread` alone";
            mistakes.at(argument.value_tokens(), message);
        }
        self.set_threads(Threads::Current, argument, mistakes);
    }

    fn set_threads(&mut self, threads: Threads, argument: &Argument, mistakes: &mut Mistakes) {
        if self.threads.replace(threads).is_some() {
            let message = "`current_thread` and `worker_threads` exclude each other: write one";
            mistakes.at(&argument.name, message);
        }
    }

    fn name(&mut self, argument: &Argument, mistakes: &mut Mistakes) {
        self.name = match argument.value() {
            Some(Lit::Str(text)) if !text.value().is_empty() => Some(text),
            _ => None,
        };
        if self.name.is_none() {
            let message = "`name` takes the node's name: write `name = \"app\"`";
            mistakes.at(argument.value_tokens(), message);
        }
    }
}
