use std::any::type_name;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use loom::model::Builder;

/// Runs a model with every interleaving of its threads, and prints how many there are.
pub(crate) fn explore<M: Fn() + Send + Sync + 'static>(model: M) {
    explore_up_to(None, model);
}

/// As [`explore`], with at most so many preemptions in each interleaving.
pub(crate) fn explore_within<M: Fn() + Send + Sync + 'static>(preemptions: usize, model: M) {
    explore_up_to(Some(preemptions), model);
}

fn explore_up_to<M: Fn() + Send + Sync + 'static>(preemptions: Option<usize>, model: M) {
    let count = Arc::new(AtomicUsize::new(0));
    let mut builder = Builder::new();
    builder.preemption_bound = builder.preemption_bound.or(preemptions);
    let bound = match builder.preemption_bound {
        None => String::new(),
        Some(bound) => format!(", at most {bound} preemptions"),
    };
    let (begin, counted) = (Instant::now(), count.clone());
    builder.check(move || {
        counted.fetch_add(1, Ordering::Relaxed);
        model();
    });
    let name = type_name::<M>().trim_end_matches("::{{closure}}");
    let (count, took) = (count.load(Ordering::Relaxed), begin.elapsed());
    println!("{name}: {count} interleavings in {took:.1?}{bound}");
}
