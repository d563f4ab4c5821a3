use std::sync::Arc;

use ockam_core::{Address, Arrival, Error, Message, Route, Routed};

use super::Content;

/// A message that has come from another node.
#[derive(Clone, Debug)]
pub struct Incoming<'a> {
    /// What is said.
    pub content: Content<'a>,
    /// The way back: the address of the link by which it came, and what was the way back there.
    pub return_route: &'a Route,
    /// The connection by which it came, and the addresses that it is to visit behind the next one.
    pub arrival: &'a Arc<Arrival>,
}

impl Incoming<'_> {
    pub(crate) fn onward(&self) -> &[Address] {
        self.arrival.onward.as_slice()
    }

    /// Returns a message that differs from this one by its body only.
    pub(crate) fn with_body<'a>(&'a self, body: &'a [u8]) -> Incoming<'a> {
        let content = Content {
            body,
            ..self.content
        };
        Incoming {
            content,
            ..self.clone()
        }
    }

    /// Decodes the message.
    pub(crate) fn read<M: Message>(&self) -> Result<Routed<M>, Error> {
        let body = M::read_body(self.content.body, self.content.type_name)?;
        let arrival = Some(self.arrival.clone());
        Ok(Routed::new(body, self.return_route.clone(), arrival))
    }

    /// Returns an arrival for this message and others that differ from it by their bodies only. It holds the
    /// way back, too, and is theirs alone: what all messages of a connection refer to is counted by the
    /// thread that reads and by those that handle, in turn.
    pub(crate) fn shared(&self) -> Arc<Arrival> {
        Arc::new(Arrival {
            return_route: self.return_route.clone(),
            ..Arrival::clone(self.arrival)
        })
    }
}

/// What has become of messages that were to be delivered together.
#[derive(Debug)]
pub struct Delivery {
    /// How many were delivered: the first ones.
    pub delivered: usize,
    /// Why the next one was not, unless there was none.
    pub failure: Option<Undelivered>,
}

/// Why a message from another node was not delivered.
#[derive(Debug)]
pub enum Undelivered {
    /// The mailbox is full. There will be room later.
    Full,
    /// It can't be delivered.
    Failed(Error),
}
