#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::mem;

use ockam_core::{Address, Hops, Route};

use super::acknowledged::MAX_IN_FLIGHT_MESSAGES;
use super::in_flight_group::{Hop, InFlightGroup, OnLoss};
use super::queued_reports::QueuedReports;
use crate::quota::Share;

/// How many bytes the groups may take before the peer has to acknowledge some messages. Peers choose how long the ways back are
/// of what is forwarded to other nodes.
const MAX_IN_FLIGHT_BYTES: usize = 16 * 1024 * 1024;

/// For how many groups the memory is kept when there are none.
const KEPT_GROUPS: usize = 64;

/// Which messages are queued and which are under way, in the order in which they are sent.
///
/// ```text
///  released ◀── acknowledged ──┬── under way ──┬── queued ◀── add
///                              └─ in doubt if  └─ sent on the
///                                 the stream      next stream
///                                 is lost
/// ```
///
/// It knows no bodies, only who is to be told when a message is lost: a million messages of one worker
/// to another are one group.
pub(super) struct InFlight {
    /// What is under way, and behind it what is queued.
    groups: VecDeque<InFlightGroup>,
    /// About how many bytes the groups take, of those of all connections.
    share: Share,
    /// How many messages are queued.
    queued: u64,
    /// How many messages were given to the stream.
    given: u64,
    /// How many messages the stream has written.
    written: u64,
    /// How many messages need no account any more.
    released: u64,
}

impl InFlight {
    pub(super) fn new(share: Share) -> Self {
        Self {
            groups: VecDeque::new(),
            share,
            queued: 0,
            given: 0,
            written: 0,
            released: 0,
        }
    }

    /// Adds a message that is queued. If `is_told`, its sender is told when it is lost.
    #[inline]
    pub(super) fn add(&mut self, onward: Hops<'_>, return_route: &Route, is_told: bool) {
        self.queued += 1;
        let onward = onward.addresses();
        match self.groups.back_mut() {
            Some(group) if group.is_of(onward, return_route, is_told) => group.messages += 1,
            _ => self.begin(onward, return_route, is_told),
        }
    }

    /// Adds messages whose loss is handled in the same way as that of the one that was added last.
    pub(super) fn add_more(&mut self, messages: u32) {
        let messages = u64::from(messages);
        self.queued += messages;
        if let Some(group) = self.groups.back_mut() {
            group.messages += messages;
        }
    }

    #[cold]
    fn begin(&mut self, onward: &[Address], return_route: &Route, is_told: bool) {
        let hop = onward.split_first().map(|(to, rest)| Hop {
            to: to.clone(),
            is_last: rest.is_empty(),
        });
        let told = hop.filter(|_| is_told);
        let told = told.map(|hop| OnLoss::Tell(hop, return_route.clone()));
        self.append(InFlightGroup {
            on_loss: told.unwrap_or(OnLoss::Ignore),
            messages: 1,
        });
    }

    fn append(&mut self, group: InFlightGroup) {
        match self.groups.back_mut() {
            Some(last) if last.on_loss == group.on_loss => last.messages += group.messages,
            _ => {
                self.share.add(group.bytes());
                self.groups.push_back(group);
            }
        }
    }

    /// Returns the return routes of the queued messages whose senders are told of a loss, with the hops that
    /// they go to, and with how many messages have each.
    pub(super) fn queued_paths(&self) -> impl Iterator<Item = (&Route, &Hop, u64)> {
        let mut first = self.groups.len();
        let mut messages = 0;
        while messages < self.queued && first > 0 {
            first -= 1;
            messages += self.groups[first].messages;
        }
        // How many messages of the first group are under way already.
        let mut skipped = messages.saturating_sub(self.queued);
        self.groups.range(first..).filter_map(move |group| {
            let messages = group.messages - mem::take(&mut skipped);
            match &group.on_loss {
                OnLoss::Tell(hop, back) if !back.is_empty() => Some((back, hop, messages)),
                _ => None,
            }
        })
    }

    /// Notes that the stream is given all that is queued, and `reports` behind it. Returns how many
    /// it has been given.
    pub(super) fn give(&mut self, reports: QueuedReports) -> u64 {
        self.given += mem::take(&mut self.queued) + reports.count();
        if reports.count() > 0 {
            reports
                .into_groups()
                .into_iter()
                .for_each(|group| self.append(group));
        }
        self.given
    }

    /// Notes that the stream has written all that it was given.
    #[inline]
    pub(super) fn write(&mut self) {
        self.written = self.given;
    }

    /// Releases what the stream has written: a peer that never acknowledges is assumed to have it.
    pub(super) fn release_written(&mut self) {
        self.release(self.written);
    }

    /// Tells whether so many messages are under way that the peer has to acknowledge some first.
    pub(super) fn is_full(&self) -> bool {
        self.given - self.released >= MAX_IN_FLIGHT_MESSAGES
            || self.share.bytes() >= MAX_IN_FLIGHT_BYTES
            || self.share.is_too_much()
    }

    /// Removes and returns what is under way. What is queued goes by the next stream, whose counts
    /// begin at zero.
    pub(super) fn take_under_way(&mut self) -> VecDeque<InFlightGroup> {
        let under_way = self.take_front(self.given - self.released);
        (self.given, self.written, self.released) = (0, 0, 0);
        under_way
    }

    /// Returns how many messages are queued.
    pub(super) fn queued(&self) -> u64 {
        self.queued
    }

    /// Forgets queued messages that are not sent after all, by how many were queued before each, in order.
    pub(super) fn withdraw(&mut self, positions: impl ExactSizeIterator<Item = u64>) {
        let all: u64 = self.groups.iter().map(|group| group.messages).sum();
        let under_way = all - self.queued;
        self.queued -= positions.len() as u64;
        let mut positions = positions.map(|position| under_way + position).peekable();
        let mut end = 0;
        for group in &mut self.groups {
            end += group.messages;
            while positions.next_if(|position| *position < end).is_some() {
                group.messages -= 1;
            }
        }
        self.groups.retain(|group| group.messages > 0);
        self.share
            .set(self.groups.iter().map(InFlightGroup::bytes).sum());
    }

    /// Removes and returns what is queued.
    pub(super) fn take_queued(&mut self) -> VecDeque<InFlightGroup> {
        let under_way = self.take_front(self.given - self.released);
        self.queued = 0;
        self.share
            .set(under_way.iter().map(InFlightGroup::bytes).sum());
        mem::replace(&mut self.groups, under_way)
    }

    /// Releases the first `count` messages that the stream was given.
    #[inline]
    pub(super) fn release(&mut self, count: u64) {
        if count > self.released {
            self.drop_front(count - self.released);
            self.released = count;
        }
    }

    fn drop_front(&mut self, mut messages: u64) {
        while let Some(group) = self.groups.front_mut() {
            if group.messages > messages {
                group.messages -= messages;
                return;
            }
            messages -= group.messages;
            let bytes = group.bytes();
            self.groups.pop_front();
            self.share.remove(bytes);
        }
        self.groups.shrink_to(KEPT_GROUPS);
    }

    fn take_front(&mut self, mut messages: u64) -> VecDeque<InFlightGroup> {
        let mut taken = VecDeque::new();
        while messages > 0 {
            let Some(mut group) = self.groups.pop_front() else {
                break;
            };
            self.share.remove(group.bytes());
            if group.messages > messages {
                let rest = InFlightGroup {
                    on_loss: group.on_loss.clone(),
                    messages: group.messages - messages,
                };
                group.messages = messages;
                self.share.add(rest.bytes());
                self.groups.push_front(rest);
            }
            messages -= group.messages;
            taken.push_back(group);
        }
        taken
    }
}
