use std::collections::BTreeSet;

use crate::options::Options;
use crate::programs;
use crate::results::Results;

/// Runs everything: in each round each workload, and of each workload one contender after another,
/// so that what disturbs the machine disturbs them all.
pub(crate) fn run(options: &Options) -> Result<Results, String> {
    let mut results = Results::default();
    for round in 0..options.rounds {
        eprintln!("round {} of {}", round + 1, options.rounds);
        for &setting in &options.settings {
            let columns = options.columns.iter();
            let measured = columns.filter(|column| column.is_measured(setting, round));
            let workloads: BTreeSet<_> = measured.map(|column| column.workload).collect();
            for workload in workloads {
                let contenders = options.contenders.iter();
                for contender in contenders.filter(|one| one.plays(workload)) {
                    let metrics = programs::play(options, contender, setting, workload, 1)?;
                    for (metric, value) in metrics {
                        results.add(setting, contender.name, workload, &metric, value);
                    }
                }
            }
        }
    }
    Ok(results)
}
