use std::time::Duration;

use super::activity::Activity;
use crate::clock::{self, Instant, sleep};
use crate::connection::Inner;

/// How long a peer of this framework may take to say that it is one, after the version. It says so in
/// the same packet.
const GREETING_TIMEOUT: Duration = Duration::from_millis(250);

/// Sends signs of life, and returns why the peer is given up if it sends none.
pub(super) async fn run(connection: &Inner, activity: &Activity) -> String {
    connection.greeted_again().await;
    connection.note_greeted();
    sleep(GREETING_TIMEOUT).await;
    connection.presume_upstream();
    let settings = &connection.inbound.settings;
    let mut read = Last::new(activity.reads());
    let mut written = Last::new(activity.writes());
    let mut acknowledged = Last::new(0);
    loop {
        sleep(settings.heartbeat).await;
        if !written.has_changed(activity.writes()) {
            if !activity.is_writing() {
                if connection.is_ours() {
                    connection.send_sign_of_life();
                    // It does not delay the next one.
                    written.count += 1;
                }
            } else if written.age() >= settings.frame_timeout {
                return format!("the peer has taken nothing for {:?}", written.age());
            }
        }
        // What is not read, because slow workers hold too much already, can't be heard.
        if connection.inbound.is_holding() {
            read = Last::new(activity.reads());
            acknowledged = Last::new(0);
        }
        match connection.awaited_acknowledgement() {
            None => acknowledged = Last::new(0),
            Some(count) => {
                let is_late = acknowledged.age() >= settings.frame_timeout;
                if !acknowledged.has_changed(count) && is_late {
                    let age = acknowledged.age();
                    return format!("the peer has acknowledged nothing for {age:?}");
                }
            }
        }
        let is_silent = !read.has_changed(activity.reads()) && connection.is_ours();
        if is_silent && read.age() >= settings.idle_timeout {
            return format!("the peer has been silent for {:?}", read.age());
        }
    }
}

/// A count, and since when it has been the same.
struct Last {
    count: u64,
    since: Instant,
}

impl Last {
    fn new(count: u64) -> Self {
        let since = clock::now();
        Self { count, since }
    }

    fn has_changed(&mut self, count: u64) -> bool {
        let has_changed = self.count != count;
        if has_changed {
            *self = Self::new(count);
        }
        has_changed
    }

    /// Returns for how long it has been the same.
    fn age(&self) -> Duration {
        clock::since(self.since)
    }
}
