use std::sync::mpsc;

use crate::arguments::{Arguments, Size};
use crate::framework::{Framework, Threads};
use crate::payload::{Payload, Record};
use crate::workload::{Extent, Workload};

/// Plays the workload that the command line names, and prints its metrics.
///
/// # Panics
///
/// Panics if other messages were handled than were sent.
pub fn main<F: Framework>() {
    let arguments = Arguments::parse();
    let play = match arguments.payload {
        Size::Number => play::<F, u64>,
        Size::Record => play::<F, Record>,
    };
    let Arguments {
        workload,
        threads,
        extent,
        ..
    } = arguments;
    // Pages, caches and branch predictors are warm when it counts.
    play(workload, threads, extent.warm_up());
    for (name, value) in play(workload, threads, extent) {
        println!("{name} {value:.3}");
    }
}

fn play<F: Framework, M: Payload>(
    workload: Workload,
    threads: Threads,
    extent: Extent,
) -> Vec<(&'static str, f64)> {
    let (result, played) = mpsc::channel();
    F::run(threads, move |framework| async move {
        let played = workload.play::<F, M>(&framework, extent).await;
        result.send(played).expect("the result is awaited");
    });
    let played = played.recv().expect("a workload that panics has said why");
    let handled = played.ledger.handled();
    assert_eq!(
        handled, played.sent,
        "handled (count, sum) is not what was sent"
    );
    assert_eq!(played.ledger.living(), 0, "workers outlived their runtime");
    played.metrics
}
