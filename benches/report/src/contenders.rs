/// A framework, or one way to use it: a row of the table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Contender {
    /// The name on the command line.
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    pub(crate) binary: &'static str,
    pub(crate) variant: Option<&'static str>,
    /// The folder of the workspace that the binary belongs to, within `benches`.
    pub(crate) workspace: &'static str,
    /// The package whose version is told. The lock file of the workspace knows it.
    pub(crate) package: Option<&'static str>,
    /// What it plays, unless that is everything.
    pub(crate) workloads: Option<&'static [&'static str]>,
}

/// The contender that the others are compared with.
pub(crate) const BASELINE: &str = "raw_tokio";

/// Those that are asked about scale: with a million workers, others don't fit into every memory.
pub(crate) const SCALED: [&str; 3] = [BASELINE, "ours", "ours_handle"];

pub(crate) const CONTENDERS: [Contender; 9] = [
    peer(BASELINE, "tokio mpsc", "bench_raw_tokio", "tokio"),
    ours("ours", "ockam, by address", "address"),
    ours("ours_handle", "ockam, by handle", "handle"),
    peer("kameo", "kameo", "bench_kameo", "kameo"),
    peer("ractor", "ractor (unbounded)", "bench_ractor", "ractor"),
    peer(
        "actix",
        "actix (workers on one thread)",
        "bench_actix",
        "actix",
    ),
    peer("coerce", "coerce (unbounded)", "bench_coerce", "coerce"),
    peer("xtra", "xtra", "bench_xtra", "xtra"),
    Contender {
        workspace: "upstream",
        ..peer("upstream", "upstream ockam", "bench_upstream", "ockam")
    },
];

const fn ours(name: &'static str, title: &'static str, variant: &'static str) -> Contender {
    Contender {
        name,
        title,
        binary: "bench_ours",
        variant: Some(variant),
        workspace: ".",
        package: None,
        workloads: None,
    }
}

pub(crate) const fn peer(
    name: &'static str,
    title: &'static str,
    binary: &'static str,
    package: &'static str,
) -> Contender {
    Contender {
        name,
        title,
        binary,
        variant: None,
        workspace: ".",
        package: Some(package),
        workloads: None,
    }
}

impl Contender {
    pub(crate) fn plays(&self, workload: &str) -> bool {
        self.workloads
            .is_none_or(|played| played.contains(&workload))
    }

    /// Tells whether `chosen` on the command line means this one: by its name, or by the name that
    /// it shares with its other ways.
    pub(crate) fn is_called(&self, chosen: &str) -> bool {
        let rest = self.name.strip_prefix(chosen);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
    }
}
