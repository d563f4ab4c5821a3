use syn::Attribute;

/// The attributes that move to the function that wraps the user's. Lint levels apply to the function
/// inside as well. The compiler has already resolved a `cfg` on the function.
const OUTWARD: [&str; 8] = [
    "allow",
    "deny",
    "doc",
    "expect",
    "forbid",
    "ignore",
    "should_panic",
    "warn",
];

const LINT_LEVELS: [&str; 5] = ["allow", "deny", "expect", "forbid", "warn"];

/// Returns whether an attribute belongs to the function that wraps the user's.
pub(crate) fn is_outward(attribute: &Attribute) -> bool {
    is_one_of(attribute, &OUTWARD)
}

/// Returns whether an attribute sets the level of lints.
pub(crate) fn is_lint_level(attribute: &Attribute) -> bool {
    is_one_of(attribute, &LINT_LEVELS)
}

/// Returns whether an attribute's path ends with a name, whichever way it was imported.
pub(crate) fn ends_with(attribute: &Attribute, name: &str) -> bool {
    let last = attribute.path().segments.last();
    last.is_some_and(|last| last.ident == name)
}

fn is_one_of(attribute: &Attribute, names: &[&str]) -> bool {
    names.iter().any(|name| attribute.path().is_ident(name))
}
