use crate::columns::{Column, Kind, column, message};
use crate::contenders::{BASELINE, Contender, peer};
use crate::settings::{SETTINGS, Setting};

/// Those that are compared between two processes.
pub(crate) const CONTENDERS: [Contender; 6] = [
    Contender {
        variant: Some("inline"),
        ..peer(BASELINE, "tokio, inline", "bench_raw_tokio", "tokio")
    },
    Contender {
        variant: Some("each"),
        workloads: Some(&["tcp_one_way"]),
        ..peer(
            "raw_tokio_each",
            "tokio, a write for each",
            "bench_raw_tokio",
            "tokio",
        )
    },
    Contender {
        variant: Some("tasks"),
        ..peer(
            "raw_tokio_tasks",
            "tokio, three tasks",
            "bench_raw_tokio",
            "tokio",
        )
    },
    Contender {
        variant: Some("tcp"),
        package: None,
        ..peer("ours", "ockam", "bench_ours", "")
    },
    Contender {
        variant: Some("tcp"),
        workspace: "upstream",
        ..peer("upstream", "upstream ockam", "bench_upstream", "ockam")
    },
    Contender {
        workloads: Some(&["tcp_round_trip", "tcp_connections"]),
        ..peer("tonic", "tonic (unary)", "bench_tonic", "tonic")
    },
];

pub(crate) const COLUMNS: [Column; 8] = [
    message("tcp_round_trip", "round trip"),
    message("tcp_one_way", "64 bytes one way"),
    message("tcp_large", "16 KiB one way"),
    message("tcp_connections", "1,000 connections"),
    column(
        "tcp_connect",
        "connect",
        "tcp_connections",
        "connect_wall",
        Kind::WorkerTime,
    ),
    column("tcp_p50", "p50", "tcp_round_trip", "p50", Kind::Latency),
    column("tcp_p99", "p99", "tcp_round_trip", "p99", Kind::Latency),
    column("tcp_p999", "p99.9", "tcp_round_trip", "p999", Kind::Latency),
];

/// What is sent is the same in all settings.
pub(crate) const TCP_SETTINGS: [Setting; 2] = [SETTINGS[0], SETTINGS[1]];
