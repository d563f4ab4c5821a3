use std::ops::Range;

use super::cbor::{Reader, Writer};

/// How much memory is kept when no more frames are expected that are the same.
const KEPT: usize = 1024;

/// What stands around the payload of a frame.
#[derive(Default)]
pub(crate) struct Envelope {
    before: Vec<u8>,
    behind: Vec<u8>,
}

impl Envelope {
    /// Becomes that of a frame whose payload, with its length, stands at `payload`.
    pub(crate) fn copy_from(&mut self, frame: &[u8], payload: Range<usize>) {
        self.before.clear();
        self.before.extend_from_slice(&frame[..payload.start]);
        self.behind.clear();
        self.behind.extend_from_slice(&frame[payload.end..]);
    }

    /// Is not needed for now. A peer may put as much around a payload as a frame may hold, and nobody knows
    /// when the next one comes.
    pub(crate) fn rest(&mut self) {
        for part in [&mut self.before, &mut self.behind] {
            if part.capacity() > KEPT {
                *part = Vec::new();
            }
        }
    }

    /// Writes a frame that is the same but for its payload.
    #[inline]
    pub(crate) fn seal(&self, payload: &[u8], buffer: &mut Vec<u8>) {
        buffer.extend_from_slice(&self.before);
        Writer::new(buffer).bytes(payload);
        buffer.extend_from_slice(&self.behind);
    }

    /// Returns the payload of a frame that is the same as the one before but for its payload.
    #[inline]
    pub(crate) fn open<'a>(&self, frame: &'a [u8]) -> Option<&'a [u8]> {
        let mut rest = Reader::new(frame.strip_prefix(self.before.as_slice())?);
        let payload = rest.bytes().ok()?;
        (rest.rest() == self.behind).then_some(payload)
    }
}

#[cfg(test)]
mod tests {
    use ockam_core::route;

    use super::*;
    use crate::message::{Extension, TransportMessage};

    fn frame(change: impl FnOnce(&mut TransportMessage<'_>)) -> Vec<u8> {
        let mut message = TransportMessage {
            onward: route!["echoer"],
            return_route: route!["relay", "app"],
            payload: b"\x05hello",
            tracing: None,
            extension: Some(Extension::default()),
        };
        change(&mut message);
        let mut frame = Vec::new();
        message.encode(&mut frame).expect("it is within the limits");
        frame
    }

    #[test]
    fn what_is_long_is_not_kept() {
        let mut long = frame(|_| {});
        let (_, payload) = TransportMessage::decode_with_place(&long).unwrap();
        long.resize(1024 * 1024, 7);
        let mut envelope = Envelope::default();
        envelope.copy_from(&long, payload);
        envelope.rest();
        assert!(envelope.before.capacity() + envelope.behind.capacity() <= 2 * KEPT);
    }

    #[test]
    fn only_the_payload_may_differ() {
        let first = frame(|_| {});
        let (message, payload) = TransportMessage::decode_with_place(&first).unwrap();
        let mut envelope = Envelope::default();
        envelope.copy_from(&first, payload);
        assert_eq!(envelope.open(&first), Some(message.payload));
        for payload in [&[] as &[u8], &[7; 23], &[7; 24], &[7; 300], &[7; 70_000]] {
            let frame = frame(|message| message.payload = payload);
            assert_eq!(envelope.open(&frame), Some(payload));
        }
        let others = [
            frame(|message| message.onward = route!["echoes"]),
            frame(|message| message.return_route = route!["relay", "app2"]),
            frame(|message| message.return_route = route!["relay"]),
            frame(|message| message.tracing = Some(r#"{"traceparent":"00"}"#)),
            frame(|message| message.extension = None),
        ];
        for other in others {
            assert_eq!(envelope.open(&other), None);
        }
        for end in 0..first.len() {
            assert_eq!(envelope.open(&first[..end]), None);
        }
    }
}
