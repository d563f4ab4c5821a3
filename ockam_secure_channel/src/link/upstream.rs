//! What a node of upstream has in its sealed frames: one message in each.
//!
//! ```text
//! [ [0, [[onward route, return route, payload]]], padding ]    a message
//! [ [1, [[change history, credentials]]], padding ]            its identity has changed
//! [ [2, []], padding ]                                         the channel is closed
//! ```

use minicbor::Decoder;
use ockam_core::{Error, ErrorKind, Result};
use ockam_transport::TransportMessage;
use ockam_transport::frame::{self, Event};

/// What closes a channel.
pub(super) const CLOSE: &[u8] = &[0x82, 0x82, 0x02, 0x80, 0x40];

/// What was in a sealed frame.
#[derive(PartialEq, Eq, Debug)]
pub(super) enum Plaintext<'a> {
    /// The array of the two routes and the payload, encoded.
    Message(&'a [u8]),
    Close,
    /// Something that has no meaning here.
    Other,
}

/// Reads what was in a sealed frame.
pub(super) fn decode(plaintext: &[u8]) -> Result<Plaintext<'_>> {
    let mut reader = Decoder::new(plaintext);
    let read = (|| {
        let parts = reader.array()?;
        reader.array()?;
        let kind = reader.u32()?;
        reader.array()?;
        Ok::<_, minicbor::decode::Error>((parts, kind))
    })();
    let (_, kind) = read.map_err(|error| invalid(format!("reading a sealed message: {error}")))?;
    match kind {
        0 => {
            let start = reader.position();
            let skipped = reader.skip();
            skipped.map_err(|error| invalid(format!("reading a sealed message: {error}")))?;
            Ok(Plaintext::Message(&plaintext[start..reader.position()]))
        }
        2 => Ok(Plaintext::Close),
        _ => Ok(Plaintext::Other),
    }
}

/// Turns the stream of a connection into what is sealed for a node of upstream.
pub(super) struct Messages(frame::Decoder);

impl Messages {
    pub(super) fn new() -> Self {
        Self(frame::Decoder::new())
    }

    /// Takes bytes of the stream. Returns the messages that are complete, each as it is sealed. Signs of life
    /// are left out: upstream knows none.
    pub(super) fn take(&mut self, bytes: &[u8]) -> Result<Vec<Vec<u8>>> {
        self.0.feed(bytes);
        let mut plaintexts = Vec::new();
        while let Some(event) = self.0.next_event()? {
            let Event::Frame(frame) = event else { continue };
            let message = TransportMessage::decode(frame)?;
            if !message.onward.is_empty() {
                plaintexts.push(encode(message)?);
            }
        }
        Ok(plaintexts)
    }
}

fn encode(message: TransportMessage<'_>) -> Result<Vec<u8>> {
    let message = TransportMessage {
        tracing: None,
        extension: None,
        ..message
    };
    let mut array = Vec::with_capacity(message.payload.len() + 256);
    message.encode(&mut array)?;
    // The first three of its four elements.
    let mut reader = Decoder::new(&array);
    let end = (|| {
        reader.array()?;
        (0..3).try_for_each(|_| reader.skip())?;
        Ok::<_, minicbor::decode::Error>(reader.position())
    })();
    let end = end.map_err(|error| invalid(format!("a message: {error}")))?;
    let mut plaintext = Vec::with_capacity(end + 8);
    plaintext.extend_from_slice(&[0x82, 0x82, 0x00, 0x81, 0x83]);
    plaintext.extend_from_slice(&array[1..end]);
    plaintext.push(0x40);
    Ok(plaintext)
}

fn invalid(why: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidInput, why)
}

#[cfg(test)]
mod tests {
    use ockam_core::route;

    use super::*;

    /// The example of `WIRE.md`: a reply to "pyapp" from "echoer".
    const REPLY: &[u8] =
        b"\x82\x82\x00\x81\x83\x81\x82\x00\x45pyapp\x81\x82\x00\x46echoer\x4d\x0cHello Ockam!\x40";

    #[test]
    fn a_message_is_sealed_as_upstream_does() -> Result<()> {
        let message = TransportMessage {
            onward: route!["pyapp"],
            return_route: route!["echoer"],
            payload: b"\x0cHello Ockam!",
            ..TransportMessage::default()
        };
        let mut stream = vec![frame::VERSION];
        frame::append::<Error>(&mut stream, |frame| Ok(message.encode(frame)?))?;
        // A sign of life is for nobody there.
        let sign = TransportMessage::default();
        frame::append::<Error>(&mut stream, |frame| Ok(sign.encode(frame)?))?;
        let mut messages = Messages::new();
        let (first, rest) = stream.split_at(20);
        assert!(messages.take(first)?.is_empty());
        assert_eq!(messages.take(rest)?, [REPLY]);
        let Plaintext::Message(read) = decode(REPLY)? else {
            panic!("it is a message");
        };
        assert_eq!(TransportMessage::decode(read)?, message);
        Ok(())
    }

    #[test]
    fn what_is_cut_off_is_no_message() {
        for end in 0..REPLY.len() - 1 {
            assert!(decode(&REPLY[..end]).is_err(), "{end}");
        }
        assert_eq!(decode(CLOSE).ok(), Some(Plaintext::Close));
        let refresh = [0x82, 0x82, 0x01, 0x81, 0x82, 0x40, 0x80, 0x40];
        assert_eq!(decode(&refresh).ok(), Some(Plaintext::Other));
        assert!(decode(&[0x9f; 60_000]).is_err());
    }
}
