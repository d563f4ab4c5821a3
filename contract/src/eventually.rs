//! Waits for a condition that nothing announces.

use std::time::{Duration, Instant};

/// How long a condition may take that comes about by itself; nothing is measured with it.
const PATIENCE: Duration = Duration::from_secs(15);

/// Gives other tasks their turn until `condition` holds.
///
/// # Panics
///
/// Panics if it doesn't come about.
pub async fn eventually(what: &str, mut condition: impl FnMut() -> bool) {
    let begin = Instant::now();
    while !condition() {
        assert!(
            begin.elapsed() < PATIENCE,
            "it never came about that {what}"
        );
        tokio::task::yield_now().await;
    }
}
