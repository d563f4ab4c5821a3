use ockam_core::reply::Replier;
use ockam_core::{Address, Route};

/// Returns the right to answer that a message brings along, if it is a question.
pub(crate) fn asker_of(return_route: &Route) -> Option<&Replier> {
    return_route.last().and_then(Address::replier)
}

/// Tells whether a message answers a question.
pub(super) fn is_answer(onward: &[Address]) -> bool {
    onward.last().is_some_and(|to| to.replier().is_some())
}
