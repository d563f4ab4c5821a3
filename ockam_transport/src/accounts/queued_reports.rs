use std::collections::VecDeque;

use super::acknowledged::{Acknowledged, MAX_IN_FLIGHT_MESSAGES};
use super::in_flight_group::{InFlightGroup, OnLoss};

/// How many messages and reports together may be under way before no more reports are made. Reports
/// do not wait.
pub(super) const MAX_IN_FLIGHT_WITH_REPORTS: u64 = 2 * MAX_IN_FLIGHT_MESSAGES;

/// The reports of failures that are queued. They are acknowledged as messages are, and go behind the
/// messages that are queued when the stream gets them.
///
/// There are at most [`MAX_IN_FLIGHT_WITH_REPORTS`].
#[derive(Default)]
pub(crate) struct QueuedReports {
    groups: VecDeque<InFlightGroup>,
    count: u64,
}

impl QueuedReports {
    /// Adds a report that is queued.
    pub(crate) fn add(&mut self, on_loss: OnLoss) {
        self.count += 1;
        match self.groups.back_mut() {
            Some(group) if group.on_loss == on_loss => group.messages += 1,
            _ => self.groups.push_back(InFlightGroup {
                on_loss,
                messages: 1,
            }),
        }
    }

    /// Returns how many reports there are.
    pub(crate) fn count(&self) -> u64 {
        self.count
    }

    /// Returns them in the order in which they were queued.
    pub(crate) fn into_groups(self) -> VecDeque<InFlightGroup> {
        self.groups
    }
}

/// Tells whether there may be one more report.
pub(super) fn has_room_for_report(acknowledged: &Acknowledged, reports: &QueuedReports) -> bool {
    acknowledged.missing() + reports.count() < MAX_IN_FLIGHT_WITH_REPORTS
}
