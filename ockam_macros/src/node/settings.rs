use proc_macro2::TokenStream;
use quote::quote;
use syn::{Ident, Lit, LitStr};

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
    /// Settings with a number or a time: the method of the builder, and its argument.
    others: Vec<(Ident, TokenStream)>,
}

/// The settings that are numbers.
const NUMBERS: [&str; 2] = ["mailbox_capacity", "blocking_threads"];

/// The settings that are times.
const TIMES: [&str; 5] = [
    "send_timeout",
    "ask_timeout",
    "start_timeout",
    "stop_timeout",
    "block_warning",
];

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
                "histograms" => settings.histograms(&argument, mistakes),
                "name" => settings.name(&argument, mistakes),
                number if NUMBERS.contains(&number) => settings.number(&argument, mistakes),
                time if TIMES.contains(&time) => settings.time(&argument, mistakes),
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
        let others = self.others.iter();
        let others = others.map(|(setting, value)| quote!(.#setting(#value)));
        quote!(#private::NodeBuilder::new() #threads #name #(#others)*)
    }

    fn number(&mut self, argument: &Argument, mistakes: &mut Mistakes) {
        let number = match argument.value() {
            Some(Lit::Int(number)) => number.base10_parse::<usize>().ok(),
            _ => None,
        };
        let setting = &argument.name;
        match number {
            Some(number) if number > 0 => self.others.push((setting.clone(), quote!(#number))),
            _ => mistakes.at(
                argument.value_tokens(),
                format!("`{setting}` takes a whole number, at least 1: write `{setting} = 64`"),
            ),
        }
    }

    fn time(&mut self, argument: &Argument, mistakes: &mut Mistakes) {
        let time = match argument.value() {
            Some(Lit::Str(text)) => milliseconds(&text.value()),
            _ => None,
        };
        let (setting, private) = (&argument.name, self.crate_path.private());
        match time {
            Some(time) => {
                let time = quote!(#private::std::time::Duration::from_millis(#time));
                self.others.push((setting.clone(), time));
            }
            None => mistakes.at(
                argument.value_tokens(),
                format!("`{setting}` takes a time: write `{setting} = \"60s\"`, with `ms`, `s`, `m` or `h`"),
            ),
        }
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

    fn histograms(&mut self, argument: &Argument, mistakes: &mut Mistakes) {
        if !argument.is_bare() {
            let message = "`histograms` takes no value: write `histograms` alone";
            mistakes.at(argument.value_tokens(), message);
        }
        self.others.push((argument.name.clone(), quote!(true)));
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

/// Reads a time: a whole number and its unit.
fn milliseconds(text: &str) -> Option<u64> {
    let digits = text.find(|char: char| !char.is_ascii_digit())?;
    let number: u64 = text[..digits].parse().ok()?;
    let unit = match text[digits..].trim() {
        "ms" => 1,
        "s" => 1_000,
        "m" | "min" => 60_000,
        "h" => 3_600_000,
        _ => return None,
    };
    number.checked_mul(unit)
}

#[cfg(test)]
mod tests {
    use super::milliseconds;

    #[test]
    fn times_have_a_number_and_a_unit() {
        assert_eq!(milliseconds("250ms"), Some(250));
        assert_eq!(milliseconds("60s"), Some(60_000));
        assert_eq!(milliseconds("5 m"), Some(300_000));
        assert_eq!(milliseconds("24h"), Some(86_400_000));
        for wrong in [
            "",
            "60",
            "s",
            "-1s",
            "1.5s",
            "1 day",
            "99999999999999999999s",
        ] {
            assert_eq!(milliseconds(wrong), None, "{wrong}");
        }
        assert_eq!(milliseconds("18446744073709551615h"), None);
    }
}
