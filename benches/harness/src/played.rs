use std::sync::Arc;

use crate::ledger::Ledger;

/// What came of a workload.
pub(crate) struct Played {
    /// Where everything that was handled is counted.
    pub(crate) ledger: Arc<Ledger>,
    /// How many messages were sent, and the sum of their numbers.
    pub(crate) sent: (u64, u64),
    /// Names and values.
    pub(crate) metrics: Vec<(&'static str, f64)>,
}
