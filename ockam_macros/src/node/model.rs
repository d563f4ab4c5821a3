use crate::condition::Condition;
use crate::function::Function;

use super::role::Role;
use super::settings::Settings;

/// A function that runs on a node of its own.
pub(super) struct Entry {
    pub(super) role: Role,
    pub(super) settings: Settings,
    pub(super) function: Function,
    /// The condition under which the function can be called with a context. Otherwise it is emitted, but
    /// not called.
    pub(super) is_callable: Condition,
}
