//! Attributes of other crates that make several tests of one function, each with a case of its own.

use syn::{Attribute, FnArg};

use crate::attributes::ends_with;
use crate::function::Function;
use crate::mistakes::Mistakes;
use crate::tokens::spelled;

/// The attributes that make the tests.
const MAKERS: [&str; 3] = ["rstest", "test_case", "test_matrix"];

/// What tells `rstest` about the cases, on the function and on its arguments. Without a maker, the
/// compiler doesn't know these attributes.
const HELPERS: [&str; 8] = [
    "case", "context", "files", "from", "future", "ignore", "values", "with",
];

/// Returns whether no attribute is left that makes tests; reports one that is.
///
/// A maker that stands above ours has made its tests before, and has put our attribute on each. One
/// that is left would make its tests inside ours, where nothing runs them.
pub(super) fn are_made_first(function: &mut Function, mistakes: &mut Mistakes) -> bool {
    let is_maker = |attribute: &&Attribute| is_one_of(attribute, &MAKERS);
    let Some(maker) = function.attrs.iter().find(is_maker) else {
        return true;
    };
    let name = spelled(maker.path());
    let message = format!(
        "`#[{name}]` has to make its cases before `#[ockam::test]` makes tests of them: \
         write `#[ockam::test]` below it, right above the `fn`"
    );
    mistakes.at(maker, message);
    let is_kept = |it: &Attribute| !is_one_of(it, &MAKERS) && !is_one_of(it, &HELPERS);
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
