use std::time::Duration;

/// How long each of many operations took.
#[derive(Default)]
pub(crate) struct Latencies {
    nanoseconds: Vec<u64>,
}

impl Latencies {
    pub(crate) fn with_capacity(operations: usize) -> Self {
        let nanoseconds = Vec::with_capacity(operations);
        Self { nanoseconds }
    }

    pub(crate) fn add(&mut self, latency: Duration) {
        self.nanoseconds.push(latency.as_nanos() as u64);
    }

    pub(crate) fn append(&mut self, mut others: Self) {
        self.nanoseconds.append(&mut others.nanoseconds);
    }

    pub(crate) fn count(&self) -> u64 {
        self.nanoseconds.len() as u64
    }

    /// Returns the metrics of a workload that is about latency.
    pub(crate) fn metrics(mut self) -> Vec<(&'static str, f64)> {
        self.nanoseconds.sort_unstable();
        let last = self.nanoseconds.len() - 1;
        let at = |share: f64| self.nanoseconds[(last as f64 * share) as usize] as f64;
        vec![("p50", at(0.5)), ("p99", at(0.99)), ("p999", at(0.999))]
    }
}
