use crate::arguments::Usage;

/// What the user's function is turned into.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// The program's `main`.
    Main,
    /// A test.
    Test,
}

impl Role {
    /// Returns the description of the attribute for this role.
    pub(super) fn usage(self) -> Usage {
        Usage {
            attribute: match self {
                Self::Main => "#[ockam::node]",
                Self::Test => "#[ockam::test]",
            },
            takes: match self {
                Self::Main => {
                    "`worker_threads = 4`, `current_thread`, `name = \"app\"`, `stop_timeout = \"60s\"` and the other \
                     settings of `NodeBuilder`, and `crate = \"my_ockam\"`"
                }
                Self::Test => {
                    "`paused`, `seeds = 1000`, `timeout = 60`, `allow(unhandled)`, `worker_threads = 4`, \
                     `current_thread`, `name = \"app\"`, `stop_timeout = \"60s\"` and the other settings of \
                     `NodeBuilder`, and `crate = \"my_ockam\"`"
                }
            },
        }
    }

    /// Returns the name that other crates use for such an attribute.
    pub(super) fn competitor(self) -> &'static str {
        match self {
            Self::Main => "main",
            Self::Test => "test",
        }
    }
}
