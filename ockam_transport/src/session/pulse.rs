use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::activity::Activity;
use crate::connection::Shared;

/// How long a peer of this framework may take to say that it is one, behind the version. It says so in
/// the same breath.
const GREETING: Duration = Duration::from_millis(250);

/// Gives signs of life, and returns why the peer is given up if it gives none.
pub(super) async fn run(shared: &Shared, activity: &Activity) -> String {
    shared.greeted_again().await;
    sleep(GREETING).await;
    shared.presume_upstream();
    let settings = &shared.settings;
    let mut read = Last::new(activity.reads());
    let mut written = Last::new(activity.writes());
    let mut acknowledged = Last::new(0);
    loop {
        sleep(settings.heartbeat).await;
        if !written.has_changed(activity.writes()) {
            if !activity.is_writing() {
                if shared.is_ours() {
                    shared.send_sign_of_life();
                    // It isn't what keeps the next one back.
                    written.count += 1;
                }
            } else if written.since.elapsed() >= settings.frame_timeout {
                return format!(
                    "the peer has taken nothing for {:?}",
                    written.since.elapsed()
                );
            }
        }
        // What isn't read, because slow workers hold too much already, can't be heard.
        if shared.is_holding() {
            read = Last::new(activity.reads());
            acknowledged = Last::new(0);
        }
        match shared.waits_for_more_than() {
            None => acknowledged = Last::new(0),
            Some(count) => {
                let is_late = acknowledged.since.elapsed() >= settings.frame_timeout;
                if !acknowledged.has_changed(count) && is_late {
                    return format!(
                        "the peer has acknowledged nothing for {:?}",
                        acknowledged.since.elapsed()
                    );
                }
            }
        }
        let is_silent = !read.has_changed(activity.reads()) && shared.is_ours();
        if is_silent && read.since.elapsed() >= settings.idle_timeout {
            return format!("the peer has been silent for {:?}", read.since.elapsed());
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
        let since = Instant::now();
        Self { count, since }
    }

    fn has_changed(&mut self, count: u64) -> bool {
        let has_changed = self.count != count;
        if has_changed {
            *self = Self::new(count);
        }
        has_changed
    }
}
