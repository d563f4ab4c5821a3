use std::env;
use std::ffi::OsStr;
use std::io::{self, IsTerminal};

use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;

use crate::log::QueuedStderr;

/// Installs a `tracing` subscriber that writes events to stderr, filtered by `RUST_LOG`. Without
/// `RUST_LOG`, it writes warnings and errors.
///
/// If the program has installed a subscriber before, that one stays and this does nothing. The feature
/// `env-filter` installs nothing without this call.
///
/// A thread of its own writes to stderr, so that no worker waits for whoever reads it. If nobody reads,
/// lines are left out, and counted.
///
/// The output has colours if stderr is a terminal and `NO_COLOR` is empty or not set.
///
/// # Examples
///
/// ```
/// use ockam_core::Result;
/// use ockam_node::{log_to_stderr, start_node};
///
/// fn main() -> Result<()> {
///     log_to_stderr();
///
///     let (ctx, mut executor) = start_node();
///     executor.execute(async move {
///         tracing::warn!("the node runs");
///         ctx.stop().await
///     })
/// }
/// ```
pub fn log_to_stderr() {
    let filter = EnvFilter::builder()
        .with_default_directive(LevelFilter::WARN.into())
        .from_env_lossy();
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(has_colours(
            io::stderr().is_terminal(),
            env::var_os("NO_COLOR").as_deref(),
        ))
        .with_writer(|| QueuedStderr);
    // This fails if there is a subscriber already.
    let _ = subscriber.try_init();
}

/// Returns `true` if colour codes are to be written. `NO_COLOR` counts if it is not empty:
/// <https://no-color.org>.
fn has_colours(is_terminal: bool, no_color: Option<&OsStr>) -> bool {
    is_terminal && no_color.is_none_or(OsStr::is_empty)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_for_terminals() {
        assert!(has_colours(true, None));
        assert!(!has_colours(false, None));
    }

    #[test]
    fn no_color_counts_unless_it_is_empty() {
        assert!(!has_colours(true, Some("1".as_ref())));
        assert!(has_colours(true, Some("".as_ref())));
        assert!(!has_colours(false, Some("".as_ref())));
    }
}
