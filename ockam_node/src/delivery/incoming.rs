use std::fmt;
use std::sync::Arc;

use ockam_core::headers::{ExtendedHeaders, Headers, Source, Weight};
use ockam_core::{Error, Message, Route, Routed};

use super::link::Content;
use crate::send_error::SendError;

/// A message from another node.
#[derive(Clone, Debug)]
pub struct Incoming<'a> {
    /// The connection through which it came.
    pub source: Source,
    /// The message.
    pub content: Content<'a>,
    /// The return route: the address of the link through which it came, and the route back from there.
    pub return_route: &'a Route,
    /// Its other headers.
    pub headers: &'a Arc<ExtendedHeaders>,
    /// What weighs messages that are delivered together. A message by itself has its weight in its
    /// headers.
    pub weigh: Option<&'a dyn Weigh>,
}

/// Weighs messages of a connection that are delivered together.
pub trait Weigh: fmt::Debug + Send + Sync {
    /// Counts messages with so many bytes until they have been handled, if that is worth it.
    fn weigh(&self, messages: usize, bytes: usize) -> Option<Weight>;
}

impl Incoming<'_> {
    pub(crate) fn onward(&self) -> &Route {
        &self.headers.onward
    }

    /// Returns a message that differs from this one only in its body.
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

    /// Returns this message with other headers, if there are any.
    pub(crate) fn with_headers<'a>(
        &'a self,
        headers: Option<&'a Arc<ExtendedHeaders>>,
    ) -> Incoming<'a> {
        Incoming {
            headers: headers.unwrap_or(self.headers),
            ..self.clone()
        }
    }

    /// Decodes the message.
    pub(crate) fn decode<M: Message>(&self) -> Result<Routed<M>, Error> {
        let body = M::read_body(self.content.body, self.content.body_type)?;
        let headers = Headers {
            source: self.source,
            extended: Some(self.headers.clone()),
        };
        Ok(headers.attach(body, self.return_route.clone()))
    }

    /// Weighs messages that differ from this one only in their bodies.
    pub(crate) fn weigh(&self, bodies: &[&[u8]]) -> Option<Weight> {
        self.weigh?.weigh(bodies.len(), bytes(bodies))
    }

    /// Returns headers for this message and others that differ from it only in their bodies. They also
    /// hold the return route. Only these messages share them. If all messages of a connection shared
    /// them, the threads that read and those that handle would contend for the reference count.
    pub(crate) fn shared_headers(&self, weight: Option<Weight>) -> Headers {
        let extended = ExtendedHeaders {
            return_route: self.return_route.clone(),
            weight,
            ..ExtendedHeaders::clone(self.headers)
        };
        Headers {
            source: self.source,
            extended: Some(Arc::new(extended)),
        }
    }
}

/// Returns how many bytes the bodies of messages have.
pub(crate) fn bytes(bodies: &[&[u8]]) -> usize {
    bodies.iter().map(|body| body.len()).sum()
}

/// The result of delivering several messages together.
#[derive(Debug)]
pub struct DeliveredBatch {
    /// The number of messages that were delivered, which are the first ones.
    pub delivered: usize,
    /// The reason why the next message was not delivered. It is `None` if all were delivered.
    pub failure: Option<SendError<()>>,
    /// How many bytes of them count until they have been handled.
    pub weighed_bytes: usize,
}
