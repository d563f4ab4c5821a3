use std::sync::Arc;

use ockam_core::headers::{ExtendedHeaders, Headers, Source};
use ockam_core::{Error, Message, Route, Routed};

use super::link::Content;
use crate::send_error::SendError;

/// A message that has come from another node.
#[derive(Clone, Debug)]
pub struct Incoming<'a> {
    /// The connection by which it came.
    pub source: Source,
    /// The message.
    pub content: Content<'a>,
    /// The way back: the address of the link by which it came, and the way back from there.
    pub return_route: &'a Route,
    /// What else travels with it.
    pub headers: &'a Arc<ExtendedHeaders>,
}

impl Incoming<'_> {
    pub(crate) fn onward(&self) -> &Route {
        &self.headers.onward
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
    pub(crate) fn decode<M: Message>(&self) -> Result<Routed<M>, Error> {
        let body = M::read_body(self.content.body, self.content.type_name)?;
        let headers = Headers {
            source: self.source,
            extended: Some(self.headers.clone()),
        };
        Ok(headers.attach(body, self.return_route.clone()))
    }

    /// Returns headers for this message and others that differ from it by their bodies only. They hold
    /// the return route, too. They belong to these messages alone: the thread that reads and those that
    /// handle would count the references to headers of the whole connection in turn.
    pub(crate) fn shared_headers(&self) -> Headers {
        let extended = ExtendedHeaders {
            return_route: self.return_route.clone(),
            ..ExtendedHeaders::clone(self.headers)
        };
        Headers {
            source: self.source,
            extended: Some(Arc::new(extended)),
        }
    }
}

/// What has become of messages that were to be delivered together.
#[derive(Debug)]
pub struct Delivery {
    /// How many were delivered: the first ones.
    pub delivered: usize,
    /// Why the next one was not, unless there was none.
    pub failure: Option<SendError<()>>,
}
