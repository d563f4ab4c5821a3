//! What a node of upstream has in its sealed frames: one message in each.
//!
//! ```text
//! [ [0, [[onward route, return route, payload]]], padding ]    a message
//! [ [1, [[change history, credentials]]], padding ]            its identity has changed
//! [ [2, []], padding ]                                         the channel is closed
//! ```

use minicbor::{Decoder, Encoder};
use ockam_core::{Error, ErrorKind, Result};
use ockam_transport::TransportMessage;
use ockam_transport::frame::{self, Event};

use super::padding::padded;

/// More bytes than stand around what is sealed in a frame of a connection: routes, number and tag.
const MAX_AROUND: usize = 128 * 1024;

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

/// Adds padding to a message that has none. One that would be longer than a frame may be gets none.
pub(super) fn pad(plaintext: &mut Vec<u8>) {
    let before = plaintext.len() - 1;
    // With the longest head that padding has.
    let length = padded(before + 3);
    if length > frame::MAX_LENGTH - MAX_AROUND {
        return;
    }
    let head = match length - before {
        ..24 => 1,
        24..258 => 2,
        258..65_539 => 3,
        _ => 5,
    };
    plaintext.truncate(before);
    let padding = vec![0; length - before - head];
    let written = Encoder::new(&mut *plaintext).bytes(&padding).map(drop);
    written.expect("a vector takes all bytes");
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
    fn padding_is_upstreams() {
        for length in (0..2_000).chain([60_000, 65_000, 66_000, 70_000, 1 << 20, 3 << 20]) {
            let mut message = vec![0x82, 0x82, 0x00, 0x81, 0x83, 0x80, 0x80];
            let payload = vec![7; length];
            let written = Encoder::new(&mut message).bytes(&payload).map(drop);
            written.expect("a vector takes all bytes");
            message.push(0x40);
            let plain = message.clone();
            pad(&mut message);
            let mut reader = Decoder::new(&message);
            assert_eq!(reader.array().ok(), Some(Some(2)));
            reader.skip().expect("the message");
            assert_eq!(message[..reader.position()], plain[..plain.len() - 1]);
            let padding = reader.bytes().expect("the padding");
            assert!(padding.iter().all(|byte| *byte == 0));
            assert_eq!(reader.position(), message.len(), "{length}");
            // A length between those that a head of padding allows is one byte off.
            assert!(padded(message.len()) - message.len() <= 2, "{length}");
            assert_eq!(decode(&message).ok(), decode(&plain).ok());
        }
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
