use crate::arguments::Usage;

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
