//! Answers of the peer that go on, and the credit of the peer for those that go to it.

use std::sync::{Arc, Weak};

use ockam_core::parts::STREAM;
use ockam_core::reply::ReplyTo;
use ockam_core::{Address, Error, ErrorKind, Route};
use ockam_node::transport::{Credits, Link, OfStream};

use super::Inbound;
use super::content::content_of;
use crate::connection::append::sign_of_life;
use crate::connection::streams::{To, Window, bundle, end_caught};
use crate::message::{Extension, Failure, Grant, TransportMessage};

impl Inbound {
    /// Takes in a part or the end of an answer. Returns `false` if the frame is neither.
    pub(super) fn take_in_part(&self, message: &TransportMessage<'_>, bytes: usize) -> bool {
        let Some(extension) = &message.extension else {
            return false;
        };
        let (Some(asker), true) = (
            message.onward.last(),
            extension.part.is_some() || extension.parts.is_some(),
        ) else {
            return false;
        };
        if let Some(number) = extension.part {
            self.part(asker, number, extension.bundled, message);
        } else if let Some(count) = extension.parts {
            self.end_of_parts(asker, count, message);
        }
        // A part for another node has spent the credit of the connection there.
        if let [hop, _, ..] = message.onward.as_slice() {
            self.credit(hop, 1, bytes);
        }
        true
    }

    /// Takes in a part, or so many in one frame.
    fn part(
        &self,
        asker: &Address,
        number: u64,
        bundled: Option<u64>,
        message: &TransportMessage<'_>,
    ) {
        let taken = match bundled {
            None => self.take_in(asker, number, message, &[message.payload]),
            Some(parts) => bundle::bodies(message.payload, parts)
                .and_then(|bodies| self.take_in(asker, number, message, &bodies)),
        };
        if let Err(error) = taken {
            let peer = &self.peer;
            self.fail_parts(
                asker,
                error.context(format!("an answer of {peer} is given up")),
            );
            self.send_grant(asker, Window { parts: 0, bytes: 0 });
        }
    }

    /// Takes in parts, of which `number` is the first one.
    fn take_in(
        &self,
        asker: &Address,
        number: u64,
        message: &TransportMessage<'_>,
        bodies: &[&[u8]],
    ) -> Result<(), Error> {
        let lengths = bodies.iter().map(|body| body.len());
        match self.streams.come(asker, number, lengths)? {
            // Nobody waits for it any more, and the peer has been told so.
            None => Ok(()),
            Some(To::Reader(_, sink)) => {
                let body_type = content_of(message).body_type;
                sink.push_all(bodies, body_type)
            }
            Some(To::Relay(relay)) => {
                let stream = match bodies {
                    [_] => OfStream::Part(number),
                    _ => OfStream::Parts(number, bodies.len() as u32),
                };
                relay.pass_on(content_of(message), stream)
            }
        }
    }

    fn end_of_parts(&self, asker: &Address, count: u64, message: &TransportMessage<'_>) {
        let Some((to, parts)) = self.streams.end_coming(asker) else {
            return;
        };
        let ended = match parts == count {
            true => Ok(()),
            false => {
                let why = format!("{} sent {parts} parts of {count}", self.peer);
                Err(Error::new(ErrorKind::Other, why))
            }
        };
        match (to, ended) {
            (To::Reader(_, sink), ended) => end_caught(&*sink, ended),
            (To::Relay(relay), Ok(())) => {
                if let Err(error) = relay.pass_on(content_of(message), OfStream::End(count)) {
                    To::Relay(relay.clone()).fail(asker, error);
                } else if let Some(link) = relay.link() {
                    link.end_relay(asker);
                }
            }
            (to, Err(error)) => to.fail(asker, error),
        }
    }

    /// Begins an answer that goes on, if it is one. Returns `false` if nothing more is to be done with its first
    /// message.
    pub(super) fn begin_parts(
        self: &Arc<Self>,
        message: &TransportMessage<'_>,
        asker: Option<&ReplyTo>,
    ) -> bool {
        let name = message.extension.as_ref().and_then(|it| it.type_name);
        if name != Some(STREAM) {
            return true;
        }
        let Some(asker) = asker else {
            // The question has ended.
            if let Some(asker) = message.onward.last() {
                self.send_grant(asker, Window { parts: 0, bytes: 0 });
            }
            return false;
        };
        let begun = match self.way_on(&message.onward) {
            Some((link, onward)) => self.begin_relay(&link, onward, asker).map(|()| true),
            None => self.begin_reading(asker).map(|()| false),
        };
        begun.unwrap_or_else(|error| {
            // Returns the error if the asker has stopped waiting.
            let _ = asker.fail(error);
            self.send_grant(asker.address(), Window { parts: 0, bytes: 0 });
            false
        })
    }

    /// Returns the first connection on the way of an answer, and the route behind it.
    fn way_on(&self, onward: &Route) -> Option<(Arc<dyn Link>, Route)> {
        let hops = onward.as_slice();
        let mut links = hops.iter().enumerate();
        links.find_map(|(position, address)| {
            let link = self.gateway.link(address)?;
            Some((link, hops[position + 1..].iter().collect()))
        })
    }

    fn begin_reading(self: &Arc<Self>, asker: &ReplyTo) -> Result<(), Error> {
        let (name, this) = (asker.address(), Arc::downgrade(self) as Weak<Self>);
        let reader = Arc::new(self.streams.reader(name, this));
        let window = reader.window();
        let sink = asker.begin_parts(reader.clone())?;
        let to = To::Reader(reader.clone(), sink.clone());
        match self.streams.begin_coming(name, to) {
            Ok(before) => {
                before.into_iter().for_each(|to| to.fail(name, replaced()));
                self.grant_parts(name, window);
                if reader.is_gone() {
                    // It may have gone before it was known here.
                    self.cancel_parts(name);
                }
                Ok(())
            }
            Err(error) => {
                sink.end(Err(error));
                self.send_grant(name, Window { parts: 0, bytes: 0 });
                Ok(())
            }
        }
    }

    fn begin_relay(
        self: &Arc<Self>,
        link: &Arc<dyn Link>,
        onward: Route,
        asker: &ReplyTo,
    ) -> Result<(), Error> {
        let name = asker.address();
        let to = To::relay(link, onward, asker.clone());
        let before = self.streams.begin_coming(name, to)?;
        before.into_iter().for_each(|to| to.fail(name, replaced()));
        let from: Weak<dyn Credits> = Arc::downgrade(self) as Weak<Self>;
        if link.begin_relay(name, from) {
            return Ok(());
        }
        self.streams.end_coming(name);
        let why = "the connection on the way takes no answers that go on";
        Err(Error::new(ErrorKind::MailboxFull, why))
    }

    /// Ends an answer because the peer has reported a failure. Returns `false` if there is none.
    pub(super) fn parts_failed(&self, asker: &Address, failure: &Failure<'_>) -> bool {
        match self.streams.end_coming(asker) {
            Some((to, _)) => {
                to.fail(asker, self.error(failure));
                true
            }
            None => false,
        }
    }

    fn fail_parts(&self, asker: &Address, error: Error) {
        if let Some((to, _)) = self.streams.end_coming(asker) {
            to.fail(asker, error);
        }
    }

    /// Ends all answers because the stream is lost.
    pub(in crate::connection) fn lose_parts(&self, kind: ErrorKind, why: &str) {
        for (asker, to) in self.streams.end_all() {
            to.fail(&asker, Error::new(kind, why.to_owned()));
        }
    }

    /// Takes in what the peer says of the answers that go to it.
    pub(super) fn take_in_part_grants(&self, grants: &[Grant]) {
        for Grant {
            to,
            messages,
            bytes,
        } in grants
        {
            let granted = Window {
                parts: *messages,
                bytes: *bytes,
            };
            if granted.parts > 0 {
                if let Some(going) = self.streams.going(to) {
                    going.grant(to, granted);
                }
            } else if let Some(going) = self.streams.end_going(to) {
                going.cancel(to);
            }
        }
    }

    /// Lets the peer send more parts.
    pub(in crate::connection) fn grant_parts(&self, asker: &Address, granted: Window) {
        if self.streams.grant_coming(asker, granted) {
            self.send_grant(asker, granted);
        }
    }

    /// Tells the peer that nobody reads an answer any more.
    pub(in crate::connection) fn cancel_parts(&self, asker: &Address) {
        if self.streams.end_coming(asker).is_some() {
            self.send_grant(asker, Window { parts: 0, bytes: 0 });
        }
    }

    fn send_grant(&self, asker: &Address, granted: Window) {
        let extension = Extension {
            version: self.accounts.peer().version(),
            part_grants: vec![Grant {
                to: asker.clone(),
                messages: granted.parts,
                bytes: granted.bytes,
            }],
            ..Extension::default()
        };
        let queued = self.control.push_owed(&sign_of_life(&extension));
        self.note_queued(queued);
    }
}

impl Credits for Inbound {
    fn grant(&self, asker: &Address, parts: u32, bytes: u64) {
        // Whoever reads grants what has been read, and a peer whatever it likes.
        if self.control.is_too_much() && self.streams.is_relay(asker) {
            let why = format!("{} does not take the credit for its answers", self.peer);
            return self.fail_parts(asker, Error::new(ErrorKind::MailboxFull, why));
        }
        self.grant_parts(asker, Window { parts, bytes });
    }

    fn cancel(&self, asker: &Address) {
        self.cancel_parts(asker);
    }
}

fn replaced() -> Error {
    Error::new(ErrorKind::Other, "another question has the same name")
}
