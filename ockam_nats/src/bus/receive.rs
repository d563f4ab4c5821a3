//! What comes to this node.

use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use async_nats::message::OutboundMessage;
use async_nats::{Message, StatusCode, Subject};
use bytes::Bytes;
use futures_util::Sink as _;

use super::{Bus, Hello};
use crate::membership::Card;
use crate::record::Record;

impl Bus {
    /// Sends a record if there is room for it now.
    fn try_publish(&self, subject: Subject, reply: Subject, record: &Record) {
        let mut client = self.client.clone();
        let mut client = Pin::new(&mut client);
        let mut cx = Context::from_waker(Waker::noop());
        if let Poll::Ready(Ok(())) = client.as_mut().poll_ready(&mut cx) {
            // Whoever doesn't hear this hears nothing, and gives up by itself.
            let _ = client.start_send(OutboundMessage {
                subject,
                reply: Some(reply),
                payload: record.encode(),
                headers: None,
            });
        }
    }

    /// Takes in what has come for a stream.
    pub(crate) fn receive(&self, message: Message) {
        let Some(subject) = self.subjects.parse(&message.subject) else {
            return;
        };
        let stream = self.streams.find(subject.stream);
        if let Some(status) = message.status {
            match (status, stream) {
                (StatusCode::NO_RESPONDERS, Some(stream)) => stream.nobody_there(),
                (StatusCode::NO_RESPONDERS, None) => {
                    self.queries.answer(subject.stream, false);
                }
                _ => {}
            }
            return;
        }
        let Some(record) = Record::decode(message.payload) else {
            return;
        };
        if let Record::Card { card } = record {
            self.hear(&card);
            self.queries.answer(subject.stream, true);
            return;
        }
        match (stream, message.reply) {
            (Some(stream), from) => stream.arrive(from.as_ref(), record),
            // Whoever writes to a stream that has ended hears of it.
            (None, Some(from)) if record != Record::Reset && self.is_stream(&from) => {
                self.try_publish(from, message.subject.clone(), &Record::Reset);
            }
            (None, _) => {}
        }
    }

    /// Takes in what has come to where this node is greeted.
    pub(crate) fn greeted(&self, payload: Bytes, reply: Option<Subject>) {
        let (Some(Record::Hello { version, window }), Some(peer)) =
            (Record::decode(payload), reply)
        else {
            return;
        };
        let Some(subject) = self.subjects.parse(&peer) else {
            return;
        };
        let node = subject.node.to_owned();
        let hello = Hello {
            node,
            peer,
            version,
            window,
        };
        if self.hellos.try_send(hello).is_err() {
            let why = "too many nodes ask for connections at once: some are not answered";
            self.gateway.warn(format_args!("{why}"));
        }
    }

    /// Takes in what a node says of itself.
    pub(crate) fn hear(&self, card: &[u8]) {
        let Some(card) = Card::decode(card) else {
            return;
        };
        if !self.members.hear(card) {
            let why = "there are more nodes on the bus than this one remembers";
            self.gateway.warn(format_args!("{why}"));
        }
    }
}
