//! Attributes of other crates that make several tests of one function, one for each case.

use syn::{Attribute, FnArg};

use crate::attributes::ends_with;
use crate::function::Function;
use crate::mistakes::Mistakes;
use crate::tokens::spelled;

/// The attributes that make the tests.
const CASE_MACROS: [&str; 4] = ["parameterized", "rstest", "test_case", "test_matrix"];

/// The attributes by which `rstest` is told about the cases, on the function and on its arguments. Without
/// `rstest`, the compiler reports them as unknown.
const HELPERS: [&str; 8] = [
    "case", "context", "files", "from", "future", "ignore", "values", "with",
];

/// Returns whether the function has no attribute that makes tests; reports such an attribute.
///
/// If that attribute is above ours, it runs first: it makes its tests, puts our attribute on each, and
/// is gone when we run. If it is below, it would make its tests inside ours, where nothing runs them.
pub(super) fn are_made_first(function: &mut Function, mistakes: &mut Mistakes) -> bool {
    let is_case_macro = |attribute: &&Attribute| is_one_of(attribute, &CASE_MACROS);
    let Some(found) = function.attrs.iter().find(is_case_macro) else {
        return true;
    };
    let name = spelled(found.path());
    let message = format!(
        "`#[{name}]` has to make its cases before `#[ockam::test]` makes tests of them: \
         write `#[ockam::test]` below it, right above the `fn`"
    );
    mistakes.at(found, message);
    let is_kept = |it: &Attribute| !is_one_of(it, &CASE_MACROS) && !is_one_of(it, &HELPERS);
    function.attrs.retain(is_kept);
    for input in &mut function.sig.inputs {
        if let FnArg::Typed(argument) = input {
            argument.attrs.retain(is_kept);
        }
    }
    false
}

fn is_one_of(attribute: &Attribute, names: &[&str]) -> bool {
    names.iter().any(|name| ends_with(attribute, name))
}
