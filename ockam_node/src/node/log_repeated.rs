//! Lines of the log that many workers would write at once, put together.

use std::sync::Arc;
use std::time::Duration;

use ockam_core::Address;

use super::Node;
use crate::log;
use crate::task::{self, until};
use crate::time::clock;

/// The time for which lines that are alike are put together.
const TOGETHER_FOR: Duration = Duration::from_secs(1);

impl Node {
    /// Logs an error of a worker. `kind` is the text without what differs from worker to worker, and
    /// `details` is the rest. Lines of one kind that follow within a second become one.
    pub(crate) fn log_repeated(self: &Arc<Self>, worker: &Address, kind: &str, details: &str) {
        let Some(kind) = self.repeated.count(kind) else {
            return;
        };
        log::error(worker, format_args!("{kind}{details}"));
        let (node, kind) = (self.clone(), kind.to_owned());
        task::spawn(&self.runtime, async move {
            until(node.stopping.begun(), clock::sleep(TOGETHER_FOR)).await;
            match node.repeated.take(&kind) {
                0 => {}
                left_out => {
                    log::warn_node(node.name(), format_args!("{left_out} more workers: {kind}"));
                }
            }
        });
    }
}
