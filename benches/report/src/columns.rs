use crate::settings::Setting;

/// A column of the tables.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Column {
    /// The name on the command line.
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    /// The workload that measures it.
    pub(crate) workload: &'static str,
    /// The metric of that workload.
    pub(crate) metric: &'static str,
    pub(crate) kind: Kind,
}

/// What a column says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    /// Nanoseconds for a message, compared with the baseline's of the same round. The processor's
    /// time has the same name with `cpu` for `wall`.
    MessageTime,
    /// Nanoseconds for a worker, as above.
    WorkerTime,
    /// A latency in nanoseconds, told as it is.
    Latency,
    /// The same, while others are busy.
    Busy,
    /// The same, while another is flooded.
    Flood,
    /// A count that no round changes.
    Count,
}

pub(crate) const COLUMNS: [Column; 26] = [
    message("tell", "tell"),
    message("ask", "ask"),
    message("ping_pong", "ping-pong"),
    message("ring", "ring of 1,000"),
    message("fan_in", "fan-in 8→1"),
    message("fan_out", "fan-out 1→1,000"),
    message("ask64", "64 asks at once"),
    message("random", "10,000 at random"),
    column(
        "life",
        "a life, one after another",
        "life",
        "wall",
        Kind::WorkerTime,
    ),
    column(
        "lives",
        "100,000 lives together",
        "lives",
        "wall",
        Kind::WorkerTime,
    ),
    column(
        "start",
        "start of idle ones",
        "idle",
        "start_wall",
        Kind::WorkerTime,
    ),
    column(
        "stop",
        "stop of idle ones",
        "idle",
        "stop_wall",
        Kind::WorkerTime,
    ),
    column(
        "bytes",
        "bytes after a message",
        "bytes",
        "told_bytes",
        Kind::Count,
    ),
    column(
        "idle_bytes",
        "bytes before it",
        "bytes",
        "idle_bytes",
        Kind::Count,
    ),
    column(
        "life_allocations",
        "allocations per life",
        "life_allocations",
        "allocations",
        Kind::Count,
    ),
    column(
        "tell_allocations",
        "allocations per tell",
        "tell_allocations",
        "allocations",
        Kind::Count,
    ),
    column(
        "ask_allocations",
        "allocations per ask",
        "ask_allocations",
        "allocations",
        Kind::Count,
    ),
    column("latency_p50", "p50", "latency", "p50", Kind::Latency),
    column("latency_p99", "p99", "latency", "p99", Kind::Latency),
    column("latency_p999", "p99.9", "latency", "p999", Kind::Latency),
    column("busy_p50", "p50", "busy", "p50", Kind::Busy),
    column("busy_p99", "p99", "busy", "p99", Kind::Busy),
    column("busy_p999", "p99.9", "busy", "p999", Kind::Busy),
    column("flood_p50", "p50", "flood", "p50", Kind::Flood),
    column("flood_p99", "p99", "flood", "p99", Kind::Flood),
    column("flood_p999", "p99.9", "flood", "p999", Kind::Flood),
];

pub(crate) const fn message(name: &'static str, title: &'static str) -> Column {
    column(name, title, name, "wall", Kind::MessageTime)
}

pub(crate) const fn column(
    name: &'static str,
    title: &'static str,
    workload: &'static str,
    metric: &'static str,
    kind: Kind,
) -> Column {
    Column {
        name,
        title,
        workload,
        metric,
        kind,
    }
}

impl Column {
    /// Tells whether `chosen` on the command line means this column.
    pub(crate) fn is_called(&self, chosen: &str) -> bool {
        self.name == chosen || self.workload == chosen
    }

    /// Tells whether it is measured in this setting, and in this round.
    pub(crate) fn is_measured(&self, setting: Setting, round: usize) -> bool {
        let number = setting.payload == "u64";
        match self.kind {
            Kind::MessageTime => true,
            Kind::WorkerTime | Kind::Latency | Kind::Busy | Kind::Flood => number,
            Kind::Count => number && setting.threads == "2" && round == 0,
        }
    }

    /// Tells whether it is a time that is compared with the baseline's.
    pub(crate) fn is_compared(&self) -> bool {
        matches!(self.kind, Kind::MessageTime | Kind::WorkerTime)
    }

    /// Returns the metric of the processor's time.
    pub(crate) fn cpu_metric(&self) -> String {
        self.metric.replace("wall", "cpu")
    }
}
