use proc_macro2::TokenStream;
use syn::{Attribute, Lit, LitStr, Meta};

use crate::arguments::{self, Argument, Usage};
use crate::attributes;
use crate::crate_path::CratePath;
use crate::mistakes::Mistakes;

const USAGE: Usage = Usage {
    attribute: "#[protocol]",
    takes: "`name = \"…\"` and `crate = \"my_ockam\"`",
};

const METHOD_USAGE: Usage = Usage {
    attribute: "#[protocol]",
    takes: "`name = \"…\"` on a method",
};

/// The arguments of the attribute.
#[derive(Default)]
pub(super) struct Settings {
    pub(super) crate_path: CratePath,
    /// The name of the protocol on the wire, if it isn't that of the trait.
    pub(super) name: Option<LitStr>,
}

impl Settings {
    /// Reads the arguments, and reports mistakes in them.
    pub(super) fn parse(tokens: TokenStream, mistakes: &mut Mistakes) -> Self {
        let mut settings = Self::default();
        for argument in arguments::parse(tokens, USAGE, mistakes) {
            match argument.name.to_string().as_str() {
                "name" => settings.name = text(&argument, mistakes),
                "crate" => settings.crate_path = CratePath::from_argument(&argument, mistakes),
                _ => USAGE.refuse(&argument, mistakes),
            }
        }
        settings
    }
}

/// Takes the `#[protocol(name = "…")]` of a method out of its attributes.
pub(super) fn take_name(attrs: &mut Vec<Attribute>, mistakes: &mut Mistakes) -> Option<LitStr> {
    let mut name = None;
    attrs.retain(|attribute| {
        if !attributes::ends_with(attribute, "protocol") {
            return true;
        }
        let tokens = match &attribute.meta {
            Meta::List(list) => list.tokens.clone(),
            _ => TokenStream::new(),
        };
        for argument in arguments::parse(tokens, METHOD_USAGE, mistakes) {
            match argument.name == "name" {
                true => name = text(&argument, mistakes),
                false => METHOD_USAGE.refuse(&argument, mistakes),
            }
        }
        false
    });
    name
}

/// Reads a name: a text with at least one letter.
fn text(argument: &Argument, mistakes: &mut Mistakes) -> Option<LitStr> {
    match argument.value() {
        Some(Lit::Str(text)) if !text.value().is_empty() => Some(text),
        _ => {
            let message = "`name` takes a name for the wire: write `name = \"…\"`";
            mistakes.at(argument.value_tokens(), message);
            None
        }
    }
}
