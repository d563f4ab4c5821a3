//! What came of a siege, and what of it is too much.

use std::time::Duration;

use ockam_contract::meter::Usage;

use crate::honest::Seen;

/// The largest memory of the node: what its settings say that peers can make it hold (256 MiB of unfinished
/// frames, 256 MiB of messages that wait), 64 MiB for answers and books of the connections of one IP
/// address, and 64 MiB for the program.
const MAX_RESIDENT: usize = (256 + 256 + 64 + 64) * 1024 * 1024;

/// The bytes of the log for each second.
const MAX_LOG_BYTES_PER_SECOND: u64 = 64 * 1024;

/// The latencies of all honest asks of a time.
pub(crate) struct Honest {
    latencies: Vec<Duration>,
    pub(crate) failures: Vec<String>,
    pub(crate) sent: u64,
    pub(crate) reported: u64,
}

impl Honest {
    pub(crate) fn of(clients: Vec<Seen>) -> Self {
        let mut all = Self {
            latencies: Vec::new(),
            failures: Vec::new(),
            sent: 0,
            reported: 0,
        };
        for client in clients {
            all.latencies.extend(client.latencies);
            all.failures.extend(client.failures);
            all.sent += client.sent;
            all.reported += client.reported;
        }
        all.latencies.sort_unstable();
        all
    }

    /// Returns the latency that so many of a thousand asks stayed below.
    pub(crate) fn per_mille(&self, of: usize) -> Duration {
        let place = (self.latencies.len() * of / 1000).min(self.latencies.len().saturating_sub(1));
        self.latencies.get(place).copied().unwrap_or(Duration::MAX)
    }

    pub(crate) fn print(&self, when: &str) {
        println!(
            "{when}: {} asks answered, {} not; p50 {:?}, p99 {:?}, p99.9 {:?}; {} messages sent, {} reported",
            self.latencies.len(),
            self.failures.len(),
            self.per_mille(500),
            self.per_mille(990),
            self.per_mille(999),
            self.sent,
            self.reported,
        );
    }
}

/// All that is looked at in the end.
pub(crate) struct Figures {
    pub(crate) compared: Honest,
    pub(crate) besieged: Honest,
    /// The number of messages of both times that the node has counted.
    pub(crate) counted: u64,
    pub(crate) before: Usage,
    pub(crate) after: Usage,
    pub(crate) log_bytes: u64,
    pub(crate) log_lines: usize,
    pub(crate) time: Duration,
    pub(crate) stop: Duration,
    pub(crate) max_stop: Duration,
    pub(crate) ended_well: bool,
}

impl Figures {
    /// Prints the figures. Returns what is not as it has to be.
    pub(crate) fn judge(&self) -> Vec<String> {
        self.compared.print("the attackers' traffic goes to a sink");
        self.besieged.print("the node is attacked");
        println!(
            "the node: {} MiB at most, {:?} of processor time; {} → {} descriptors, {} → {} threads; \
             {} lines and {} bytes of log; stopped in {:?}",
            self.after.peak / (1024 * 1024),
            self.after.processor,
            self.before.descriptors,
            self.after.descriptors,
            self.before.threads,
            self.after.threads,
            self.log_lines,
            self.log_bytes,
            self.stop,
        );
        let (usual, besieged) = (self.compared.per_mille(990), self.besieged.per_mille(990));
        println!(
            "p99 of an ask: {:.2} times",
            besieged.as_secs_f64() / usual.as_secs_f64()
        );
        let sent = self.compared.sent + self.besieged.sent;
        let known = self.counted + self.compared.reported + self.besieged.reported;
        let log_bound = MAX_LOG_BYTES_PER_SECOND * self.time.as_secs();
        let checks = [
            (
                self.compared.failures.is_empty(),
                "an ask failed beside the sink".to_owned(),
            ),
            (
                self.besieged.failures.is_empty(),
                format!("asks failed: {:?}", self.besieged.failures.first()),
            ),
            (
                sent == known,
                format!("{sent} messages were sent, and it is known of {known}"),
            ),
            (
                besieged < 5 * usual,
                format!("the p99 is {besieged:?}, it was {usual:?}"),
            ),
            (
                self.after.peak < MAX_RESIDENT,
                "the memory exceeds the bounds".to_owned(),
            ),
            (
                self.after.descriptors <= self.before.descriptors + 2,
                "descriptors are left open".to_owned(),
            ),
            (
                self.log_bytes < log_bound,
                format!("{log_bound} bytes of log are the bound"),
            ),
            (
                self.stop < self.max_stop,
                "the stop takes too long".to_owned(),
            ),
            (self.ended_well, "the node has not ended well".to_owned()),
        ];
        let wrong = checks.into_iter().filter(|(holds, _)| !holds);
        wrong.map(|(_, what)| what).collect()
    }
}
