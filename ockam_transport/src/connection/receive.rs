//! The way of a message from a frame to a mailbox.
//!
//! ```text
//!  frame ─┬─ decode ─┬─ a report ─────────▶ whoever sent what failed
//!         │          ├─ an answer ────────▶ the slot where an ask waits
//!         │          ├─ not admitted ─────▶ refused, as if nobody were there
//!         │          └─ admitted ─────────▶ mailbox, or the line before it while it is full
//!         │                                    ▲
//!         └─ the same as the one before it, ───┘
//!            but for its payload: of its run
//! ```

use std::iter;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use ockam_core::reply::Replier;
use ockam_core::{Address, Arrival, Error, ErrorKind, Origin, Result, Route};
use ockam_node::transport::{Content, Delivery, Gateway, Incoming, Recipient, Undelivered};

use super::askers::Waiting as Awaited;
use super::overflow::{Added, Line, WITH_CREDIT, WITHOUT_CREDIT, Waiting};
use super::reach::Way;
use super::run::{Course, Run};
use super::sending::Peer;
use super::shared::{Shared, lock};
use crate::message::{self, Extension, TransportMessage};

impl Shared {
    /// Takes in a frame, with which a run may begin.
    ///
    /// # Errors
    ///
    /// If it is no message, or acknowledges what was not sent. The stream is of no use then.
    pub(crate) fn receive(self: &Arc<Self>, frame: &[u8], run: &mut Run) -> Result<()> {
        self.end_run(run);
        let (mut message, payload) = TransportMessage::decode_with_place(frame)?;
        self.note_peer(message.extension.is_some());
        if !message.onward.is_empty() {
            self.take_in();
        }
        if let Some(extension) = &message.extension {
            self.add_credit(extension);
            self.note_acknowledged(extension)?;
            if let Some(failure) = &extension.failure {
                self.failed(&message.onward, failure);
                return Ok(());
            }
        }
        let answered = self.restore_asker(&mut message.onward);
        match (message.onward.as_slice(), answered) {
            // The greeting, or a sign of life.
            ([], _) => {}
            ([_], Some(waiting)) => answer(&waiting.asker, &message),
            (_, waiting) => {
                let course = self.deliver(&message, waiting.is_some());
                if let Some(course) = course {
                    run.begin(frame, payload, course);
                }
            }
        }
        Ok(())
    }

    /// Takes in those of the first `frames` that go on with a run. Returns how many they are.
    pub(crate) fn follow<'a>(
        &self,
        mut frames: impl Iterator<Item = &'a [u8]>,
        run: &mut Run,
    ) -> usize {
        let Some(course) = run.course() else {
            return 0;
        };
        let (mut last, mut opened) = (None, 0);
        let mut payloads = iter::from_fn(|| {
            last = run.open(frames.next()?);
            last.inspect(|_| {
                self.take_in();
                opened += 1;
            })
        })
        .peekable();
        if payloads.peek().is_none() {
            return 0;
        }
        let incoming = course.incoming(&[]);
        let Delivery { delivered, failure } =
            course.recipient.deliver_all(&incoming, &mut payloads);
        let taken = match (failure, last) {
            // By now, the address may belong to a new worker.
            (Some(Undelivered::Failed(error)), _) if error.kind() == ErrorKind::Stopped => {
                delivered
            }
            (Some(Undelivered::Failed(error)), Some(payload)) => {
                self.refuse(&course.to, &course.incoming(payload), error);
                delivered + 1
            }
            // The next one has to wait in line, and so have those behind it. Or it is another one.
            _ => delivered,
        };
        // Those that were opened behind them are not taken in yet: they come again, each by itself.
        self.put_back(opened - taken as u64);
        run.taken += delivered as u32;
        taken
    }

    /// Puts on account what has come in a run, of which no more is to be expected.
    pub(crate) fn end_run(&self, run: &mut Run) {
        if let Some((to, taken)) = run.end() {
            self.put_on_account(&to, taken);
        }
    }

    /// Tells whether so much is held for slow workers that no more may be read.
    pub(crate) fn is_holding(&self) -> bool {
        self.overflow.is_too_much()
    }

    /// Waits while no more may be read.
    pub(crate) async fn held(&self) {
        if self.is_holding() {
            self.overflow.room().await;
        }
    }

    /// Waits until all that the peer has sent has been delivered, or refused.
    pub(crate) async fn delivered(&self) {
        self.overflow.emptied().await;
    }

    /// Notes which framework the peer is of, by a frame that it has sent.
    fn note_peer(&self, is_ours: bool) {
        if self.is_ours() {
            // That stays so as long as the stream does.
            return;
        }
        let heard = match is_ours {
            true => Peer::Ours,
            false => Peer::Upstream,
        };
        self.set_peer(|known| match known {
            Peer::Ours => Peer::Ours,
            _ => heard,
        });
    }

    fn set_peer(&self, decide: impl FnOnce(Peer) -> Peer) {
        let mut sending = self.lock();
        let peer = decide(sending.peer);
        if peer != sending.peer {
            sending.peer = peer;
            self.is_ours.store(peer == Peer::Ours, Ordering::Release);
            drop(sending);
            self.changed.notify_waiters();
        }
    }

    /// Takes a peer that has not said anything for a while to be one of upstream.
    pub(crate) fn presume_upstream(&self) {
        self.set_peer(|known| match known {
            Peer::Unknown => Peer::Presumed,
            known => known,
        });
    }

    fn add_credit(&self, extension: &Extension<'_>) {
        if extension.grants.is_empty() {
            return;
        }
        let mut sending = self.lock();
        for grant in &extension.grants {
            sending.books().credit.add(grant);
        }
        drop(sending);
        self.changed.notify_waiters();
    }

    /// Finds the ask that is answered, if one that left by this connection is, and puts the right to
    /// answer it in the place of its name.
    fn restore_asker(&self, onward: &mut Route) -> Option<Awaited> {
        let waiting = self.lock().books().returns.askers.take_one(onward)?;
        let before = onward.len() - 1;
        let mut restored: Route = onward.iter().take(before).collect();
        restored.push_back(waiting.address());
        *onward = restored;
        Some(waiting)
    }

    /// Delivers a message, which may be an answer that is awaited. Returns its course, if others may take
    /// the same.
    fn deliver(
        self: &Arc<Self>,
        message: &TransportMessage<'_>,
        is_awaited: bool,
    ) -> Option<Course> {
        let (to, onward) = message.onward.as_slice().split_first()?;
        let may_send = self.may_send(to);
        let is_return = is_awaited || self.is_return(&message.onward, may_send);
        let return_route = self.return_route(message);
        let way = is_return.then_some(&message.onward);
        let arrival = self.arrival(onward, way, message.tracing);
        let incoming = Incoming {
            content: content_of(message),
            return_route: &return_route,
            arrival: &arrival,
        };
        if !is_return && !may_send {
            self.note_denied(to);
            let why = format!("{} may not send to {to}", self.peer);
            self.refuse(to, &incoming, Error::new(ErrorKind::Denied, why));
            return None;
        }
        let found = self.gateway.find(to);
        let recipient = found
            .map_err(|error| self.refuse(to, &incoming, error))
            .ok()?;
        let is_taken = self.put_in(&recipient, to, &incoming, onward);
        let is_plain = message.extension.as_ref().is_none_or(Extension::is_plain);
        // An answer is taken once, and so is a question, which can be answered once.
        let is_repeatable = is_plain && !is_return;
        (is_taken && is_repeatable).then(|| Course {
            to: to.clone(),
            recipient,
            type_name: content_of(message).type_name.map(str::to_owned),
            return_route,
            arrival,
        })
    }

    /// Puts a message into a mailbox, or into the line before it. Tells whether it found room.
    fn put_in(
        self: &Arc<Self>,
        recipient: &Recipient,
        to: &Address,
        message: &Incoming<'_>,
        onward: &[Address],
    ) -> bool {
        let line = line(recipient, onward);
        let delivered = match self.overflow.is_waited_in(&line) {
            true => Err(Undelivered::Full),
            false => recipient.deliver(message),
        };
        let has_room = delivered.is_ok();
        match delivered {
            Ok(()) => self.put_on_account(to, 1),
            Err(Undelivered::Full) => self.put_in_line(line, to, message),
            Err(Undelivered::Failed(error)) => self.refuse(to, message, error),
        }
        has_room
    }

    /// Tells whether a message comes back by the way of one that was sent, worker by worker.
    fn is_return(&self, onward: &Route, may_send: bool) -> bool {
        match onward.as_slice() {
            // To a single address, most messages may go anyway.
            [_] if may_send => false,
            _ => self.lock().books().returns.ways.admit(onward),
        }
    }

    pub(super) fn may_send(&self, to: &Address) -> bool {
        let origin = self.arrival.origin.as_ref();
        origin.is_some_and(|origin| origin.admits(to))
    }

    /// Makes the way back of a message: through this connection. If it asks, the right to answer it
    /// stands at the end.
    fn return_route(&self, message: &TransportMessage<'_>) -> Route {
        let mut return_route = message.return_route.clone();
        let Some(last) = return_route.last() else {
            return return_route;
        };
        let deadline = message.extension.as_ref().and_then(|it| it.deadline);
        if let (Some(deadline), true, Some(link)) = (deadline, last.is_local(), self.link.upgrade())
        {
            let before = return_route.len() - 1;
            let asker = self.gateway.asker(&link, return_route.clone(), deadline);
            return_route = return_route.iter().take(before).collect();
            return_route.push_back(Address::from(asker));
        }
        return_route.push_front(&self.address);
        return_route
    }

    /// Says where a message goes next. One that returns may go on by the `way` that it came.
    fn arrival(
        &self,
        onward: &[Address],
        way: Option<&Route>,
        trace: Option<&str>,
    ) -> Arc<Arrival> {
        if onward.is_empty() && trace.is_none() {
            return self.arrival.clone();
        }
        let mut arrival = Arrival {
            onward: onward.iter().collect(),
            trace: trace.map(Arc::from),
            ..Arrival::clone(&self.arrival)
        };
        if let (Some(way), false) = (way, onward.is_empty()) {
            arrival.origin = Some(Origin::new(Arc::new(Way {
                reach: arrival.origin,
                by: way.clone(),
            })));
        }
        Arc::new(arrival)
    }

    fn put_in_line(self: &Arc<Self>, line: Line, to: &Address, message: &Incoming<'_>) {
        let most = match self.is_ours() {
            true => WITH_CREDIT,
            false => WITHOUT_CREDIT,
        };
        match self.overflow.add(&line, to, message, most) {
            Added::Behind => {}
            Added::First => {
                let this = self.clone();
                self.gateway
                    .spawn(async move { this.work_off(&line).await });
            }
            Added::Refused => {
                let why = format!("the mailbox of {to} is full");
                self.refuse(to, message, Error::new(ErrorKind::MailboxFull, why));
            }
        }
    }

    /// Delivers the messages that wait in one line, in order.
    async fn work_off(self: &Arc<Self>, line: &Line) {
        while let Some(waiting) = self.overflow.next(line) {
            self.deliver_in_turn(&waiting).await;
        }
    }

    async fn deliver_in_turn(&self, waiting: &Waiting) {
        let (to, incoming) = (&waiting.to, waiting.as_incoming());
        match self.gateway.deliver_in_turn(to, &incoming).await {
            Ok(()) => self.put_on_account(to, 1),
            Err(error) => self.refuse(to, &incoming, error),
        }
    }

    /// Puts messages that have been delivered, or refused, on a worker's account, and lets the peer send
    /// more.
    pub(super) fn put_on_account(&self, to: &Address, messages: u32) {
        if !self.is_ours() {
            return;
        }
        let grants = lock(&self.debt).add(to, messages);
        // Few enough for one frame each.
        for grants in grants.chunks(message::MAX_GRANTS) {
            self.grant(grants);
        }
    }
}

/// Hands an answer to the one who asked on this node.
fn answer(asker: &Replier, message: &TransportMessage<'_>) {
    if let Err(error) = Gateway::answer(asker, &content_of(message)) {
        // Given back if the asker waits no longer.
        let _ = asker.fail(error);
    }
}

/// Returns the line where a message has to wait if there is no room for it.
fn line(recipient: &Recipient, onward: &[Address]) -> Line {
    let next = onward.first().filter(|_| recipient.is_link());
    (recipient.number(), next.cloned())
}

fn content_of<'a>(message: &TransportMessage<'a>) -> Content<'a> {
    Content {
        body: message.payload,
        type_name: message.extension.as_ref().and_then(|it| it.type_name),
    }
}
