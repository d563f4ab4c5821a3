//! Waits for a condition for which there is no event.

use std::time::{Duration, Instant};

/// The longest time until a condition holds. It only ends tests that fail.
const PATIENCE: Duration = Duration::from_secs(15);

/// Yields to other tasks until `condition` holds.
///
/// # Panics
///
/// Panics if the condition does not hold in time.
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
