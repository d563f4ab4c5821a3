use std::ops::Range;

use ockam_core::{Hops, Route};

use super::cbor::{Reader, Writer};
use super::error::Error;
use super::extension::Extension;
use super::limits::MAX_TRACING;
use super::route;

/// A message on its way between nodes.
///
/// The payload and all text are borrowed from the frame, or from the sender.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct TransportMessage<'a> {
    /// The addresses that the message has still to visit. If it is empty, the message is for the peer
    /// itself.
    pub onward: Route,
    /// The route for answers. It is empty if there can't be any.
    pub return_route: Route,
    /// The body.
    pub payload: &'a [u8],
    /// The trace context as a JSON map of its headers, or `None` without a trace.
    pub tracing: Option<&'a str>,
    /// What only nodes of this framework read and write.
    pub extension: Option<Extension<'a>>,
}

/// The tracing of a message without a trace.
const NO_TRACING: &str = "{}";

impl<'a> TransportMessage<'a> {
    /// Appends the message to a buffer.
    ///
    /// # Errors
    ///
    /// Returns an error if a part exceeds its limit. The buffer is not changed then.
    pub fn encode(&self, buffer: &mut Vec<u8>) -> Result<(), Error> {
        append(buffer, &self.parts()).map(drop)
    }

    pub(super) fn parts(&self) -> Parts<'_> {
        Parts {
            onward: self.onward.hops(),
            return_route: &self.return_route,
            payload: self.payload,
            tracing: self.tracing,
            extension: self.extension.as_ref(),
        }
    }

    /// Reads the message in a frame.
    ///
    /// # Errors
    ///
    /// Returns an error if the frame is not a message, or a part exceeds its limit.
    pub fn decode(frame: &'a [u8]) -> Result<Self, Error> {
        Self::decode_with_place(frame).map(|(message, _)| message)
    }

    /// Like [`decode`](Self::decode), and also returns the range of the payload, with its head, in
    /// the frame.
    pub(crate) fn decode_with_place(frame: &'a [u8]) -> Result<(Self, Range<usize>), Error> {
        let mut reader = Reader::new(frame);
        let mut parts = reader.array()?;
        reader.require(&mut parts, "the onward route")?;
        let onward = route::decode(&mut reader)?;
        reader.require(&mut parts, "the return route")?;
        let return_route = route::decode(&mut reader)?;
        reader.require(&mut parts, "the payload")?;
        let start = reader.position();
        let payload = reader.bytes()?;
        let payload_range = start..reader.position();
        let tracing = match reader.more(&mut parts)? {
            true => reader.text_or_null()?.filter(|text| is_trace(text)),
            false => None,
        };
        let extension = match reader.more(&mut parts)? {
            true => Extension::decode(reader)?,
            false => None,
        };
        let message = Self {
            onward,
            return_route,
            payload,
            tracing,
            extension,
        };
        Ok((message, payload_range))
    }
}

/// The parts of a message to write, borrowed from the sender.
#[derive(Clone, Copy)]
pub(crate) struct Parts<'a> {
    pub(crate) onward: Hops<'a>,
    pub(crate) return_route: &'a Route,
    pub(crate) payload: &'a [u8],
    pub(crate) tracing: Option<&'a str>,
    pub(crate) extension: Option<&'a Extension<'a>>,
}

impl Default for Parts<'_> {
    fn default() -> Self {
        const NO_ROUTE: &Route = &Route::new();
        Self {
            onward: Hops::default(),
            return_route: NO_ROUTE,
            payload: &[],
            tracing: None,
            extension: None,
        }
    }
}

/// Appends a message to a buffer, and returns the range of the payload, with its head, in the message.
/// If there is an error, the buffer is not changed.
pub(crate) fn append(buffer: &mut Vec<u8>, parts: &Parts<'_>) -> Result<Range<usize>, Error> {
    let before = buffer.len();
    let written = write(parts, &mut Writer::new(buffer));
    match written {
        Ok(payload) => Ok(payload.start - before..payload.end - before),
        Err(error) => {
            buffer.truncate(before);
            Err(error)
        }
    }
}

fn write(parts: &Parts<'_>, writer: &mut Writer<'_>) -> Result<Range<usize>, Error> {
    let tracing = parts.tracing.unwrap_or(NO_TRACING);
    Error::check_length("tracing", tracing.len(), MAX_TRACING)?;
    writer.array(4 + usize::from(parts.extension.is_some()));
    route::encode(parts.onward, writer)?;
    route::encode(parts.return_route.hops(), writer)?;
    let start = writer.position();
    let payload = start..writer.bytes(parts.payload).position();
    writer.text(tracing);
    if let Some(extension) = parts.extension {
        extension.encode(writer)?;
    }
    Ok(payload)
}

fn is_trace(text: &str) -> bool {
    text != NO_TRACING && text.len() <= MAX_TRACING
}
