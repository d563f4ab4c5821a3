//! Publishing metrics by the `metrics` facade.

use std::sync::{Arc, Weak};
use std::time::Duration;

use metrics::Label;
use tokio::runtime::Handle;

use super::metrics::{Metric, MetricKind};
use super::{NodeReport, WorkerReport};
use crate::context::Context;
use crate::node::Node;
use crate::task;
use crate::time::clock;

/// The shortest time between two looks.
const MIN_INTERVAL: Duration = Duration::from_millis(10);

impl Context {
    /// Publishes the metrics of the node by the [`metrics`] crate, at once and then again and again, until the node
    /// has stopped. They are those of [`NodeReport::metrics`].
    ///
    /// They go to the global recorder that the program has installed. With `workers`, those of up to so many
    /// workers are published as well, each with its address as a label. A time of less than 10 ms is 10 ms.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// # let (ctx, mut executor) = ockam_node::start_node();
    /// # executor.execute(async move {
    /// ctx.publish_metrics(Duration::from_secs(10), 0);
    /// # ctx.stop().await
    /// # })?;
    /// # Ok::<(), ockam_core::Error>(())
    /// ```
    pub fn publish_metrics(&self, every: Duration, workers: usize) {
        let (node, runtime) = (self.node(), Handle::clone(&self.node().runtime));
        let every = every.clamp(MIN_INTERVAL, clock::MAX_TIMEOUT);
        task::spawn(&runtime, publish(Arc::downgrade(node), every, workers));
    }
}

async fn publish(node: Weak<Node>, every: Duration, workers: usize) {
    while let Some(node) = node.upgrade() {
        let report = NodeReport::of(&node);
        let has_ended = node.stopping.report().is_some();
        drop(node);
        report.metrics().iter().for_each(set);
        if workers > 0 {
            let each = report.workers.iter().take(workers);
            WorkerReport::metrics(each).iter().for_each(set);
        }
        if has_ended {
            return;
        }
        clock::sleep(every).await;
    }
}

fn set(metric: &Metric) {
    match metric.kind {
        MetricKind::Counter => metrics::describe_counter!(metric.name, metric.help),
        MetricKind::Gauge | MetricKind::Quantiles => {
            metrics::describe_gauge!(metric.name, metric.help);
        }
    }
    for (labels, value) in &metric.values {
        let labels = labels
            .iter()
            .map(|(name, value)| Label::new(*name, value.clone()));
        let labels: Vec<_> = labels.collect();
        match metric.kind {
            MetricKind::Counter => metrics::counter!(metric.name, labels).absolute(*value as u64),
            MetricKind::Gauge | MetricKind::Quantiles => {
                metrics::gauge!(metric.name, labels).set(*value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::sync::{Arc, Mutex};
    use std::time::Duration;

    use metrics::{
        Counter, CounterFn, Gauge, GaugeFn, Histogram, Key, KeyName, Metadata, Recorder,
        SharedString, Unit,
    };
    use ockam_core::Result;

    use super::set;
    use crate::inspect::WorkerReport;
    use crate::run::NodeBuilder;

    type Values = Arc<Mutex<HashMap<String, f64>>>;

    /// Keeps what is published, by name and labels.
    struct Kept(Values);

    struct Place(Values, String);

    impl Place {
        fn set(&self, value: f64) {
            self.0.lock().unwrap().insert(self.1.clone(), value);
        }
    }

    impl CounterFn for Place {
        fn increment(&self, _: u64) {
            unreachable!("the node has the whole count")
        }

        fn absolute(&self, value: u64) {
            self.set(value as f64);
        }
    }

    impl GaugeFn for Place {
        fn increment(&self, _: f64) {
            unreachable!("the node has the whole figure")
        }

        fn decrement(&self, _: f64) {
            unreachable!("the node has the whole figure")
        }

        fn set(&self, value: f64) {
            Place::set(self, value);
        }
    }

    impl Kept {
        fn place(&self, key: &Key) -> Arc<Place> {
            let labels = key
                .labels()
                .map(|it| format!(" {}={}", it.key(), it.value()));
            let name = key.name().to_owned() + &labels.collect::<String>();
            Arc::new(Place(self.0.clone(), name))
        }
    }

    impl Recorder for Kept {
        fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

        fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

        fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

        fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
            Counter::from_arc(self.place(key))
        }

        fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> Gauge {
            Gauge::from_arc(self.place(key))
        }

        fn register_histogram(&self, _: &Key, _: &Metadata<'_>) -> Histogram {
            unreachable!("the node has the quantiles")
        }
    }

    #[tokio::test]
    async fn what_the_report_says_is_published() -> Result<()> {
        let ctx = NodeBuilder::new().name("a node").start().await?;
        let inbox = ctx.open("inbox")?;
        ctx.send_message("inbox", 7_u64).await?;
        ctx.send_message("inbox", 8_u64).await?;
        drop(inbox);
        ctx.send_message("app", 9_u64).await?;
        let (report, values) = (ctx.inspect(), Values::default());
        metrics::with_local_recorder(&Kept(values.clone()), || {
            report.metrics().iter().for_each(set);
            WorkerReport::metrics(report.workers.iter())
                .iter()
                .for_each(set);
        });
        let values = values.lock().unwrap().clone();
        for (name, value) in [
            ("ockam_node_info node=a node", 1.0),
            ("ockam_node_stopping", 0.0),
            ("ockam_workers kind=app state=open", 1.0),
            ("ockam_dead_letters_total", 2.0),
            ("ockam_connections state=lost", 0.0),
            ("ockam_worker_mailbox_messages worker=0#app", 1.0),
        ] {
            assert_eq!(values.get(name), Some(&value), "{name} in {values:?}");
        }
        ctx.stop().await
    }

    #[tokio::test(start_paused = true)]
    async fn it_ends_with_the_node() -> Result<()> {
        let tasks = || {
            tokio::runtime::Handle::current()
                .metrics()
                .num_alive_tasks()
        };
        let ctx = NodeBuilder::new().start().await?;
        let before = tasks();
        ctx.publish_metrics(Duration::from_secs(10), 0);
        assert_eq!(tasks(), before + 1);
        tokio::time::sleep(Duration::from_secs(60)).await;
        assert_eq!(tasks(), before + 1);
        ctx.stop().await?;
        tokio::time::sleep(Duration::from_secs(11)).await;
        assert_eq!(tasks(), 0);
        Ok(())
    }
}
