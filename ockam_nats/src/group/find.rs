use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::{Mutex as AsyncMutex, oneshot};

use crate::bus::Bus;
use crate::clock::{Instant, timeout};
use crate::lock::lock;
use crate::random;

/// How long those who serve a group may take to say so.
const PATIENCE: Duration = Duration::from_secs(2);

/// How long a message may take to learn that nobody serves the group.
const LEARN_WITHIN: Duration = Duration::from_millis(100);

/// Asks the bus who serves a group.
#[derive(Default)]
pub(super) struct Find {
    /// Whether somebody was found, the last time. Whoever holds this is asking.
    asking: AsyncMutex<bool>,
    /// How often somebody has asked to the end.
    rounds: AtomicU64,
    /// How many of those who have waited have still to learn that nobody was found, and since when.
    owed: Mutex<Option<(u64, Instant)>>,
}

impl Find {
    /// Tells a message that has waited that nobody serves the group, if that is so. It is told once to each.
    pub(super) fn take_nobody(&self) -> bool {
        let mut owed = lock(&self.owed);
        match owed.take() {
            Some((count, since)) if since.elapsed() < LEARN_WITHIN => {
                *owed = (count > 1).then_some((count - 1, since));
                true
            }
            _ => false,
        }
    }

    /// Asks until there is an answer, or waits for that of somebody who asks already.
    pub(super) async fn ask(&self, bus: &Bus, group: &str) {
        let before = self.rounds.load(Ordering::Acquire);
        let mut found = self.asking.lock().await;
        if self.rounds.load(Ordering::Acquire) == before {
            *found = match bus.tenure() {
                Ok(tenure) => query(bus, group, tenure.incarnation()).await,
                Err(_) => false,
            };
            self.rounds.fetch_add(1, Ordering::AcqRel);
        }
        if !*found {
            let mut owed = lock(&self.owed);
            let count = owed.map_or(0, |(count, _)| count);
            *owed = Some((count + 1, Instant::now()));
        }
    }
}

async fn query(bus: &Bus, group: &str, incarnation: u64) -> bool {
    let token = random::token();
    let (answer, answered) = oneshot::channel();
    let _listed = bus.queries.add(&token, answer);
    let reply = bus.subjects.stream(&bus.name, incarnation, &token);
    let subject = bus.subjects.group(group);
    let asked = bus.client.publish_with_reply(subject, reply, "".into());
    asked.await.is_ok() && matches!(timeout(PATIENCE, answered).await, Ok(Ok(true)))
}
