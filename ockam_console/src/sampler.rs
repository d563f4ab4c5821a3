use std::collections::HashMap;
use std::mem;
use std::sync::Arc;
use std::time::Instant;

use ockam_core::Address;
use ockam_node::Context;

use crate::choice::choose;
use crate::events::{DeadLetterEvents, DenialEvents, unix_millis};
use crate::history::History;
use crate::settings::Settings;
use crate::snapshot::{SeenWorker, Shown, Snapshot, Written};

/// How many workers have a history. Of more, those that have nothing to do are left out.
const MAX_WORKERS: usize = 4_096;

/// Looks at a node, and remembers what it saw.
pub(crate) struct Sampler {
    inbox: Context,
    settings: Settings,
    begun: Instant,
    histories: HashMap<Address, History>,
    dead_letters: DeadLetterEvents,
    denials: DenialEvents,
}

impl Sampler {
    pub(crate) fn new(inbox: Context, settings: &Settings) -> Self {
        Self {
            dead_letters: DeadLetterEvents::follow_dead_letters(&inbox),
            denials: DenialEvents::follow_denials(&inbox),
            inbox,
            settings: settings.clone(),
            begun: Instant::now(),
            histories: HashMap::new(),
        }
    }

    /// Returns whether the node has stopped.
    pub(crate) fn has_ended(&self) -> bool {
        self.inbox.is_stopping()
    }

    pub(crate) fn look(&mut self) -> Shown {
        let now = Instant::now();
        let node = self.inbox.inspect();
        let (workers_total, metrics) = (node.workers.len(), node.metrics());
        let mut before = mem::take(&mut self.histories);
        let workers = choose(node.workers, MAX_WORKERS, |worker| worker);
        let workers = workers.into_iter().map(|report| {
            let address = report.address.clone();
            let history = before.remove(&address);
            let mut history = history.unwrap_or_else(|| History::new(&report, now));
            history.note(&report, now, now.duration_since(self.begun));
            let seen = SeenWorker::new(report, &history, now);
            self.histories.insert(address, history);
            seen
        });
        Arc::new(Snapshot {
            name: node.name,
            is_stopping: node.is_stopping,
            looked_at_ms: unix_millis(),
            interval: self.settings.interval,
            slow_after: self.settings.slow_after,
            workers: workers.collect(),
            connections: node.connections,
            workers_total,
            metrics,
            dead_letters: self.dead_letters.look(node.dead_letters),
            denials: self.denials.look(node.denied),
            written: Written::default(),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use ockam_core::{Result, Worker};
    use ockam_node::{Context, NodeBuilder};

    use super::{MAX_WORKERS, Sampler};
    use crate::history::MAX_POINTS;
    use crate::listing;
    use crate::settings::Settings;

    const SETTINGS: Settings = Settings {
        token: None,
        interval: Duration::from_secs(1),
        slow_after: Duration::from_secs(1),
        recorded: Vec::new(),
        others: Vec::new(),
    };

    struct Deaf;

    impl Worker for Deaf {
        type Message = u64;
        type Context = Context;
    }

    #[tokio::test]
    async fn the_history_has_a_bounded_number_of_workers_those_with_something_to_do_first()
    -> Result<()> {
        let ctx = NodeBuilder::new().start().await?;
        let mut sampler = Sampler::new(ctx.open("console")?, &SETTINGS);
        let mut inboxes = Vec::new();
        for number in 0..MAX_WORKERS + 100 {
            inboxes.push(ctx.open(format!("inbox {number}"))?);
        }
        ctx.send_message(inboxes.last().expect("many").address().clone(), 7_u64)
            .await?;
        for _ in 0..2 {
            let shown = sampler.look();
            assert_eq!(shown.workers_total, MAX_WORKERS + 102);
            assert_eq!(
                (shown.workers.len(), sampler.histories.len()),
                (MAX_WORKERS, MAX_WORKERS)
            );
            let last = shown.workers.last().expect("many");
            assert_eq!(
                last.report.address,
                *inboxes.last().expect("many").address()
            );
        }
        let json: serde_json::Value =
            serde_json::from_slice(&listing::json(&sampler.look())).unwrap();
        assert_eq!(json["workers"].as_array().unwrap().len(), 1_000);

        // What is gone is forgotten.
        drop(inboxes);
        assert_eq!(sampler.look().workers.len(), 2);
        assert_eq!(sampler.histories.len(), 2);
        ctx.stop().await
    }

    #[tokio::test]
    async fn the_history_has_a_bounded_number_of_looks() -> Result<()> {
        let ctx = NodeBuilder::new().start().await?;
        let mut sampler = Sampler::new(ctx.open("console")?, &SETTINGS);
        for number in 0..MAX_POINTS as u64 + 10 {
            ctx.send_message("app", number).await?;
            sampler.look();
        }
        let json: serde_json::Value =
            serde_json::from_slice(&listing::json(&sampler.look())).unwrap();
        let history = json["workers"][0]["queued_history"].as_array().unwrap();
        assert_eq!((history.len(), &history[0]), (MAX_POINTS, &12.into()));
        ctx.stop().await
    }

    #[tokio::test]
    async fn the_newest_hundred_dead_letters_are_kept() -> Result<()> {
        let ctx = NodeBuilder::new().start().await?;
        let mut sampler = Sampler::new(ctx.open("console")?, &SETTINGS);
        for number in 0..300 {
            let inbox = ctx.open(format!("inbox {number}"))?;
            ctx.send_message(inbox.address().clone(), 7_u64).await?;
            if number % 100 == 99 {
                drop(inbox);
                sampler.look();
            }
        }
        let shown = sampler.look();
        assert_eq!(
            (shown.dead_letters.total, shown.dead_letters.lately),
            (300, 200)
        );
        let addresses = shown
            .dead_letters
            .recent
            .iter()
            .map(|it| it.address.as_deref());
        let newest = (200..300).map(|number| format!("0#inbox {number}"));
        assert!(addresses.eq(newest.collect::<Vec<_>>().iter().map(|it| Some(&**it))));
        ctx.stop().await
    }

    #[tokio::test]
    async fn what_a_worker_of_the_same_address_did_before_does_not_count() -> Result<()> {
        let ctx = NodeBuilder::new().start().await?;
        let mut sampler = Sampler::new(ctx.open("console")?, &SETTINGS);
        for _ in 0..3 {
            let deaf = ctx.start_worker("deaf", Deaf).await?;
            for number in 0..5 {
                deaf.ask::<u64>(number).await.unwrap_err();
            }
            let shown = sampler.look();
            let deaf = shown.workers.last().expect("it lives");
            assert_eq!((deaf.report.handled, deaf.busy_for), (5, None));
            assert_eq!(deaf.recent_restarts, 0);
            ctx.stop_worker("deaf").await?;
        }
        ctx.stop().await
    }
}
