use crate::arguments::Usage;
use crate::function::Function;

use super::settings::Settings;

/// What becomes of the user's function.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// The program's `main`.
    Main,
    /// A test of its own name.
    Test,
}

impl Role {
    /// Returns how the attribute that gives this role is written.
    pub(super) fn usage(self) -> Usage {
        Usage {
            attribute: match self {
                Self::Main => "#[ockam::node]",
                Self::Test => "#[ockam::test]",
            },
            takes: "`worker_threads = 4`, `current_thread`, `name = \"app\"` and `crate = \"my_ockam\"`",
        }
    }

    /// Returns the name by which other crates know an attribute that gives this role.
    pub(super) fn rival(self) -> &'static str {
        match self {
            Self::Main => "main",
            Self::Test => "test",
        }
    }
}

/// A function that runs on a node of its own.
pub(super) struct Entry {
    pub(super) role: Role,
    pub(super) settings: Settings,
    pub(super) function: Function,
    /// Whether the function can be called with a context; else it is there for the editor only.
    pub(super) is_callable: bool,
}
