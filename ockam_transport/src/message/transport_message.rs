use std::ops::Range;

use ockam_core::{Address, Route};

use super::cbor::{Reader, Writer};
use super::error::Error;
use super::extension::Extension;
use super::limits::MAX_TRACING;
use super::route;

/// A message on its way between nodes.
///
/// What is large is borrowed: from the frame that it was read from, or from whoever sends it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct TransportMessage<'a> {
    /// The addresses that it has still to visit; if there is none, it is for the peer itself.
    pub onward: Route,
    /// The way back; empty if nobody can be answered.
    pub return_route: Route,
    /// The body.
    pub payload: &'a [u8],
    /// The trace context, a JSON map of its headers; `None` if there is no trace.
    pub tracing: Option<&'a str>,
    /// What only nodes of this framework tell each other.
    pub extension: Option<Extension<'a>>,
}

/// What stands for no trace.
const NO_TRACING: &str = "{}";

impl<'a> TransportMessage<'a> {
    /// Writes the message behind what a buffer holds.
    ///
    /// # Errors
    ///
    /// If a part exceeds its limit. The buffer is then as it was.
    pub fn encode(&self, buffer: &mut Vec<u8>) -> Result<(), Error> {
        append(buffer, &self.parts()).map(drop)
    }

    pub(super) fn parts(&self) -> Parts<'_> {
        Parts {
            onward: self.onward.as_slice(),
            return_route: &self.return_route,
            payload: self.payload,
            tracing: self.tracing,
            extension: self.extension.as_ref(),
        }
    }

    /// Reads the message that a frame holds.
    ///
    /// # Errors
    ///
    /// If the frame is no message, or a part exceeds its limit.
    pub fn decode(frame: &'a [u8]) -> Result<Self, Error> {
        Self::decode_with_place(frame).map(|(message, _)| message)
    }

    /// As [`decode`](Self::decode), and tells where in the frame the payload stands, with its length.
    pub(crate) fn decode_with_place(frame: &'a [u8]) -> Result<(Self, Range<usize>), Error> {
        let mut reader = Reader::new(frame);
        let mut parts = reader.array()?;
        reader.expect(&mut parts, "the onward route")?;
        let onward = route::decode(&mut reader)?;
        reader.expect(&mut parts, "the return route")?;
        let return_route = route::decode(&mut reader)?;
        reader.expect(&mut parts, "the payload")?;
        let start = reader.position();
        let payload = reader.bytes()?;
        let place = start..reader.position();
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
        Ok((message, place))
    }
}

/// The parts of a message that is to be written, borrowed from whoever sends it.
#[derive(Clone, Copy)]
pub(crate) struct Parts<'a> {
    pub(crate) onward: &'a [Address],
    pub(crate) return_route: &'a Route,
    pub(crate) payload: &'a [u8],
    pub(crate) tracing: Option<&'a str>,
    pub(crate) extension: Option<&'a Extension<'a>>,
}

impl Default for Parts<'_> {
    fn default() -> Self {
        const NOWHERE: &Route = &Route::new();
        Self {
            onward: &[],
            return_route: NOWHERE,
            payload: &[],
            tracing: None,
            extension: None,
        }
    }
}

/// Writes a message behind what a buffer holds, or leaves the buffer as it was. Tells where in the frame the
/// payload stands, with its length.
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
    Error::unless_short("tracing", tracing.len(), MAX_TRACING)?;
    writer.array(4 + usize::from(parts.extension.is_some()));
    route::encode(parts.onward, writer)?;
    route::encode(parts.return_route.as_slice(), writer)?;
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
