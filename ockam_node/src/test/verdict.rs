use std::fmt::Write;
use std::process::ExitCode;

use crate::log::Record;
use crate::panics::Panic;
use crate::run::Ending;
use crate::run::entry::Ended;

/// How a test has ended.
pub(super) enum Verdict {
    Passed,
    Failed(String),
    /// The test's own panic, which goes on when the log has been printed.
    Panicked(Panic),
}

impl Verdict {
    pub(super) fn of(ending: Ending<Option<Ended>>, limit: &dyn std::fmt::Display) -> Self {
        match ending {
            Ending::Returned(Some(Ended::Success)) => Self::Passed,
            Ending::Returned(Some(Ended::Exit(code))) if code == ExitCode::SUCCESS => Self::Passed,
            Ending::Returned(Some(Ended::Failed(error))) => {
                Self::Failed(format!("the test failed: {error:?}"))
            }
            Ending::Returned(Some(Ended::Exit(code))) => {
                Self::Failed(format!("the test failed: it returned {code:?}"))
            }
            Ending::Returned(None) => Self::Failed(format!("the test did not end within {limit}")),
            Ending::Panicked(panic) => Self::Panicked(panic),
            Ending::Dropped => {
                Self::Failed("the node was stopped by a worker, and the test went on".to_owned())
            }
        }
    }

    /// Fails a test if there is something that nobody was told of.
    pub(super) fn and(self, untold: &[String]) -> Self {
        if untold.is_empty() {
            return self;
        }
        let mut why = match self {
            Self::Panicked(panic) => return Self::Panicked(panic),
            Self::Passed => "the test passed, but nobody was told of this:".to_owned(),
            Self::Failed(why) => format!("{why}\nand nobody was told of this:"),
        };
        for one in untold {
            // Writing to a `String` does not fail.
            let _ = write!(why, "\n  {one}");
        }
        Self::Failed(why)
    }

    /// Returns why the test has failed, if it has.
    #[cfg(feature = "test-util")]
    pub(super) fn into_failure(self) -> Option<String> {
        match self {
            Self::Passed => None,
            Self::Failed(why) => Some(why),
            Self::Panicked(panic) => Some(format!("the test panicked: {}", panic.message())),
        }
    }

    /// Prints the log of a test that has failed, and panics.
    pub(super) fn pronounce(self, name: &str, record: &Record) {
        let lines = record.lines();
        if !matches!(self, Self::Passed) && !lines.is_empty() {
            eprintln!("the log of {name}:");
            lines.iter().for_each(|line| eprintln!("  {line}"));
        }
        match self {
            Self::Passed => {}
            Self::Failed(why) => panic!("{why}"),
            Self::Panicked(panic) => panic.resume(),
        }
    }
}
