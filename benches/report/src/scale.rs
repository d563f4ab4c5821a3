use std::fmt::Write;
use std::process::Command;

use crate::contenders::BASELINE;
use crate::curves;
use crate::machine;
use crate::options::Options;
use crate::programs;
use crate::results::Results;
use crate::settings::SETTINGS;
use crate::table::{self, grouped};

/// How the throughput of a workload goes as its count grows.
pub(crate) struct Curve {
    pub(crate) workload: &'static str,
    pub(crate) title: &'static str,
    pub(crate) counted: &'static str,
    pub(crate) counts: &'static [u64],
}

const WORKERS: &[u64] = &[1, 10, 100, 1_000, 10_000, 100_000, 1_000_000];
const TASKS: &[u64] = &[1, 2, 4, 8, 16, 32, 64];

const CURVES: [Curve; 3] = [
    Curve {
        workload: "spread",
        title: "One task tells many workers, in random order",
        counted: "workers",
        counts: WORKERS,
    },
    Curve {
        workload: "senders",
        title: "Many tasks tell one worker",
        counted: "tasks",
        counts: TASKS,
    },
    Curve {
        workload: "pairs",
        title: "Many tasks tell a worker of their own each",
        counted: "tasks",
        counts: TASKS,
    },
];

/// The metrics of a crowd of workers, and what they are called.
const CROWD: [(&str, &str); 5] = [
    ("idle_bytes", "bytes allocated for each"),
    ("resident_bytes", "resident bytes for each"),
    ("told_bytes", "bytes for each after a message"),
    ("start_wall", "ns to start one"),
    ("wall", "ns to tell one"),
];

const ADDRESSES: [u64; 3] = [10, 10_000, 1_000_000];

/// Measures everything about scale. Returns files and what belongs into them.
pub(crate) fn measure(options: &Options) -> Result<Vec<(&'static str, String)>, String> {
    let mut results = Results::default();
    for round in 0..options.rounds {
        eprintln!("round {} of {}", round + 1, options.rounds);
        for curve in &CURVES {
            for &count in curve.counts {
                play(options, &mut results, curve.workload, count)?;
            }
        }
        for addresses in ADDRESSES {
            look_up(options, &mut results, addresses)?;
        }
        if round == 0 {
            play(options, &mut results, "crowd", 1_000_000)?;
        }
    }
    let mut text = format!("# Scale\n\n{}\n", machine::how(options));
    text += "\n![Throughput](scale.svg)\n";
    crowd(options, &results, &mut text);
    for curve in &CURVES {
        throughput(options, &results, curve, &mut text);
    }
    look_ups(&results, &mut text);
    let svg = curves::svg(options, &results, &CURVES);
    Ok(vec![("SCALE.md", text), ("scale.svg", svg)])
}

/// The name under which the results of a workload of so many are kept.
pub(crate) fn key(workload: &str, count: u64) -> String {
    format!("{workload} {count}")
}

fn play(
    options: &Options,
    results: &mut Results,
    workload: &str,
    count: u64,
) -> Result<(), String> {
    for contender in &options.contenders {
        for (metric, value) in programs::play(options, contender, SETTINGS[0], workload, count)? {
            let key = key(workload, count);
            results.add(SETTINGS[0], contender.name, &key, &metric, value);
        }
    }
    Ok(())
}

fn look_up(options: &Options, results: &mut Results, addresses: u64) -> Result<(), String> {
    let mut command = Command::new(options.program("look_up"));
    command.arg(addresses.to_string());
    let metrics = programs::metrics(command).map_err(|why| format!("look_up: {why}"))?;
    for (metric, value) in metrics {
        let key = key("look_up", addresses);
        results.add(SETTINGS[0], BASELINE, &key, &metric, value);
    }
    Ok(())
}

fn crowd(options: &Options, results: &Results, text: &mut String) {
    text.push_str("\n## A million idle workers, and then a message to each\n\n");
    let titles: Vec<_> = CROWD.iter().map(|(_, title)| *title).collect();
    *text += &table::rows(options, &titles, |contender| {
        let metrics = CROWD.iter().map(|(metric, _)| {
            let value = results.value(SETTINGS[0], contender.name, "crowd 1000000", metric);
            value.map(|value| grouped(value.median, 0))
        });
        metrics.collect()
    });
}

fn throughput(options: &Options, results: &Results, curve: &Curve, text: &mut String) {
    let _ = write!(
        text,
        "\n## {}\n\nMillions of messages a second, by the number of {}.\n\n",
        curve.title, curve.counted
    );
    let titles: Vec<_> = curve
        .counts
        .iter()
        .map(|&count| grouped(count as f64, 0))
        .collect();
    *text += &table::rows(options, &titles, |contender| {
        let rates = curve.counts.iter().map(|&count| {
            let key = key(curve.workload, count);
            let time = results.value(SETTINGS[0], contender.name, &key, "wall")?;
            Some(format!("{:.1}", 1_000.0 / time.median))
        });
        rates.collect()
    });
}

fn look_ups(results: &Results, text: &mut String) {
    *text += "\n## Looking an address up\n\nIn ns, beside a look-up in a plain `HashMap`.\n\n";
    *text += "| addresses | here | grown | `HashMap` | grown |\n|---:|---:|---:|---:|---:|\n";
    let time = |addresses: u64, metric: &str| {
        let value = results.value(SETTINGS[0], BASELINE, &key("look_up", addresses), metric);
        value.map_or(f64::NAN, |value| value.median)
    };
    for addresses in ADDRESSES {
        let here = time(addresses, "registry");
        let map = time(addresses, "map");
        let (first_here, first_map) = (time(ADDRESSES[0], "registry"), time(ADDRESSES[0], "map"));
        let _ = writeln!(
            text,
            "| {} | {here:.0} | × {:.1} | {map:.0} | × {:.1} |",
            grouped(addresses as f64, 0),
            here / first_here,
            map / first_map,
        );
    }
}
