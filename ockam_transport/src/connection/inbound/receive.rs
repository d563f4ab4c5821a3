use std::iter;
use std::sync::Arc;

use ockam_core::reply::ReplyTo;
use ockam_core::{ErrorKind, Hops, Result, Route};
use ockam_node::transport::{DeliveredBatch, Gateway, SendError};

use super::Inbound;
use super::content::content_of;
use super::received_run::{ReceivedRun, Target};
use super::weight::RunWeight;
use crate::accounts::PendingAsk;
use crate::message::{Cancelled, EXTENSION_VERSION, Extension, TransportMessage};

/// How many bytes a frame has in front of its message.
const HEADER_BYTES: usize = size_of::<u32>();

impl Inbound {
    /// Takes in a frame, with which a run may begin.
    ///
    /// # Errors
    ///
    /// If the frame is no message, or acknowledges what was not sent. The stream is of no use then.
    pub(crate) fn receive(self: &Arc<Self>, frame: &[u8], run: &mut ReceivedRun) -> Result<()> {
        self.end_run(run);
        let (mut message, payload) = TransportMessage::decode_with_place(frame)?;
        self.note_peer(message.extension.as_ref());
        if !message.onward.is_empty() {
            self.accounts.taken_in.add();
        }
        if let Some(extension) = &message.extension {
            self.note_extension(extension)?;
            if let Some(cancelled) = extension.cancelled {
                let is_over = cancelled == Cancelled::TimedOut;
                self.accounts
                    .cancel_question(&message.return_route, is_over);
            }
            if let Some(monitoring) = &extension.monitoring {
                self.note_monitoring(monitoring);
            }
            if let Some(monitored) = &extension.monitored {
                self.own_monitors.told(monitored);
            }
            if let Some(failure) = &extension.failure {
                self.failed(&message.onward, failure);
                return Ok(());
            }
        }
        if self.take_in_part(&message, frame.len() + HEADER_BYTES) {
            return Ok(());
        }
        let answered = self.restore_asker(&mut message.onward);
        if !self.begin_parts(&message, answered.as_ref().map(|ask| &ask.asker)) {
            return Ok(());
        }
        match (message.onward.first(), answered) {
            // The greeting, or a sign of life.
            (None, None) => {}
            (None, Some(ask)) => answer(&ask.asker, &message),
            (_, ask) => {
                let bytes = frame.len() + HEADER_BYTES;
                if let Some(target) = self.deliver(&message, bytes, ask.is_some()) {
                    run.begin(frame, payload, target);
                }
            }
        }
        Ok(())
    }

    /// Takes in those of the first `frames` that go on with a run. Returns how many they are.
    pub(crate) fn follow<'a>(
        self: &Arc<Self>,
        mut frames: impl Iterator<Item = &'a [u8]>,
        run: &mut ReceivedRun,
    ) -> usize {
        let may_follow = |target: &&Target| {
            let is_link = target.recipient.is_link();
            !self.is_heavy(&target.to) && !self.is_held(&target.incoming(&[], None), is_link)
        };
        let Some(target) = run.target().filter(may_follow) else {
            return 0;
        };
        let (mut last, mut opened) = (None, 0);
        let mut payloads = iter::from_fn(|| {
            last = run.open(frames.next()?);
            last.inspect(|_| {
                self.accounts.taken_in.add();
                opened += 1;
            })
        })
        .peekable();
        if payloads.peek().is_none() {
            return 0;
        }
        let weight = RunWeight {
            inbound: self,
            to: &target.to,
        };
        let incoming = target.incoming(&[], Some(&weight));
        let DeliveredBatch {
            delivered,
            failure,
            weighed_bytes,
        } = target.recipient.deliver_all(&incoming, &mut payloads);
        let taken = match (failure, last) {
            // By now, the address may belong to a new worker.
            (Some(SendError::Closed(())), _) => delivered,
            (Some(SendError::Failed((), error)), _) if error.kind() == ErrorKind::Stopped => {
                delivered
            }
            (Some(SendError::Failed((), error)), Some(payload)) => {
                self.refuse(&target.to, &target.incoming(payload, None), 0, error);
                delivered + 1
            }
            // The next one has to wait, and so have those behind it. Or it is another one.
            _ => delivered,
        };
        // Those that were opened behind them are not taken in yet. They come again, each by itself.
        self.accounts.taken_in.remove(opened - taken as u64);
        run.taken += delivered as u32;
        run.weighed_bytes += weighed_bytes;
        taken
    }

    /// Ends a run, and grants credit for what has come in it.
    pub(crate) fn end_run(&self, run: &mut ReceivedRun) {
        if let Some((to, taken, bytes)) = run.end() {
            self.credit(&to, taken, bytes);
        }
    }

    /// Notes what a frame tells of the framework and the version of the peer.
    fn note_peer(&self, extension: Option<&Extension<'_>>) {
        let version = extension.map(|extension| extension.version);
        if !self.accounts.note_frame(version) {
            return;
        }
        self.note_changed();
        self.begin_own_monitors();
        if let Some(version) = version.filter(|version| *version > EXTENSION_VERSION) {
            let peer = &self.peer;
            tracing::info!(
                "{peer} announces version {version} of the extension, and is spoken to in version \
                 {EXTENSION_VERSION}"
            );
        }
    }

    /// Notes what the peer grants and acknowledges.
    fn note_extension(&self, extension: &Extension<'_>) -> Result<()> {
        if self.accounts.add_credit(&extension.grants) {
            self.waiting.wake_all();
        }
        self.waiting.granted(&extension.grants);
        self.take_in_part_grants(&extension.part_grants);
        if let Some(count) = extension.acknowledged {
            if self.accounts.acknowledge(count)? {
                self.waiting.queue().notify_one();
            }
        }
        Ok(())
    }

    /// Finds the ask that is answered, if one that left by this connection is, and replaces its name in
    /// the route with the right to answer it.
    fn restore_asker(&self, onward: &mut Route) -> Option<PendingAsk> {
        let ask = self.accounts.take_ask(onward)?;
        let (_, before) = onward.as_slice().split_last()?;
        *onward = Hops::new(before, Some(&ask.asker)).to_route();
        Some(ask)
    }
}

/// Hands an answer to the one who asked on this node.
fn answer(asker: &ReplyTo, message: &TransportMessage<'_>) {
    if let Err(error) = Gateway::answer(asker, &content_of(message)) {
        // Returns the error if the asker has stopped waiting.
        let _ = asker.fail(error);
    }
}
