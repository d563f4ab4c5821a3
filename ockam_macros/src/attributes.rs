use syn::punctuated::Punctuated;
use syn::{Attribute, Meta, Token};

/// The attributes that concern a function as seen from outside it. Lint levels are among them:
/// they hold for what is inside as well.
const OUTWARD: [&str; 9] = [
    "allow",
    "cfg",
    "deny",
    "doc",
    "expect",
    "forbid",
    "ignore",
    "should_panic",
    "warn",
];

/// Returns whether an attribute belongs to the function that wraps the user's.
pub(crate) fn is_outward(attribute: &Attribute) -> bool {
    is_outward_meta(&attribute.meta)
}

/// Returns whether an attribute decides that its item exists.
pub(crate) fn is_cfg(attribute: &&Attribute) -> bool {
    attribute.path().is_ident("cfg")
}

/// Returns whether an attribute's path ends with a name, whichever way it was imported.
pub(crate) fn ends_with(attribute: &Attribute, name: &str) -> bool {
    let last = attribute.path().segments.last();
    last.is_some_and(|segment| segment.ident == name)
}

fn is_outward_meta(meta: &Meta) -> bool {
    if meta.path().is_ident("cfg_attr") {
        return adds_outward(meta);
    }
    OUTWARD.iter().any(|name| meta.path().is_ident(name))
}

/// Looks through `cfg_attr(condition, attribute, …)` at the attributes that it adds.
fn adds_outward(meta: &Meta) -> bool {
    let list = meta.require_list();
    let parts =
        list.and_then(|list| list.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated));
    parts.is_ok_and(|parts| parts.iter().skip(1).all(is_outward_meta))
}

#[cfg(test)]
mod tests {
    use syn::{Attribute, parse_quote};

    use super::is_outward;

    #[test]
    fn what_is_seen_from_outside_goes_there() {
        let attributes: [Attribute; 4] = [
            parse_quote!(#[doc = "documented"]),
            parse_quote!(#[cfg(unix)]),
            parse_quote!(#[cfg_attr(unix, cfg(test), allow(unused))]),
            parse_quote!(#[should_panic(expected = "so")]),
        ];
        assert!(attributes.iter().all(is_outward));
    }

    #[test]
    fn what_concerns_the_async_function_stays_on_it() {
        let attributes: [Attribute; 3] = [
            parse_quote!(#[tracing::instrument]),
            parse_quote!(#[cfg_attr(unix, tracing::instrument)]),
            parse_quote!(#[cfg_attr(unix, allow(unused), inline)]),
        ];
        assert!(!attributes.iter().any(is_outward));
    }
}
