use std::str::FromStr;

use crate::Result;

/// Which of the two types of body travels.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Kind {
    /// A `String`, which has a length of its own on the wire.
    #[default]
    Text,
    /// A `Vec<u8>`, which goes as it is.
    Bytes,
}

impl Kind {
    /// Names the worker that echoes bodies of this type.
    pub fn worker(self) -> &'static str {
        match self {
            Self::Text => "echoer",
            Self::Bytes => "bytes",
        }
    }
}

impl FromStr for Kind {
    type Err = Box<dyn std::error::Error + Send + Sync>;

    fn from_str(text: &str) -> Result<Self> {
        match text {
            "text" => Ok(Self::Text),
            "bytes" => Ok(Self::Bytes),
            _ => Err(format!("a body is text or bytes, not {text}").into()),
        }
    }
}

/// What a message carries.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Body {
    /// For the worker that echoes `String`s.
    Text(String),
    /// For the worker that echoes `Vec<u8>`s.
    Bytes(Vec<u8>),
}

/// The bodies of one initiator's messages, each of which tells its place among them.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Bodies {
    /// Their type.
    pub kind: Kind,
    /// The bytes in each, without what an encoding adds.
    pub size: usize,
    /// How many there are.
    pub count: usize,
}

impl Bodies {
    /// Makes the body of one message.
    pub fn nth(&self, place: usize) -> Body {
        match self.kind {
            Kind::Text => Body::Text(text(place, self.size)),
            Kind::Bytes => Body::Bytes(bytes(place, self.size)),
        }
    }

    /// Checks that an answer is what was sent at this place.
    ///
    /// # Errors
    ///
    /// Says where the two begin to differ.
    pub fn check(&self, place: usize, answer: &Body) -> Result<()> {
        match (&self.nth(place), answer) {
            (Body::Text(sent), Body::Text(got)) => same(place, sent.as_bytes(), got.as_bytes()),
            (Body::Bytes(sent), Body::Bytes(got)) => same(place, sent, got),
            _ => Err(format!("answer {place} is of another type").into()),
        }
    }
}

/// Letters of one to four bytes, filled up with dots to the very size.
fn text(place: usize, size: usize) -> String {
    let mut text = String::with_capacity(size);
    for letter in format!("{place} ")
        .chars()
        .chain("Grüße, 世界 🦀! ".chars().cycle())
    {
        if text.len() + letter.len_utf8() > size {
            break;
        }
        text.push(letter);
    }
    text.extend(std::iter::repeat_n('.', size - text.len()));
    text
}

/// The place, then every byte that there is, in turn.
fn bytes(place: usize, size: usize) -> Vec<u8> {
    let place = (place as u64).to_le_bytes();
    place
        .into_iter()
        .chain((0..=u8::MAX).cycle())
        .take(size)
        .collect()
}

fn same(place: usize, sent: &[u8], got: &[u8]) -> Result<()> {
    if sent == got {
        return Ok(());
    }
    let agree = sent
        .iter()
        .zip(got)
        .take_while(|(sent, got)| sent == got)
        .count();
    let (sent, got) = (sent.len(), got.len());
    Err(format!("answer {place} is {got} bytes for {sent} and differs from byte {agree} on").into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_has_the_size_that_was_asked_for() {
        for size in [0, 1, 7, 8, 9, 100, 4099] {
            let Body::Text(text) = (Bodies {
                kind: Kind::Text,
                size,
                count: 1,
            })
            .nth(12) else {
                panic!("it is no text");
            };
            let Body::Bytes(bytes) = (Bodies {
                kind: Kind::Bytes,
                size,
                count: 1,
            })
            .nth(12) else {
                panic!("it is no bytes");
            };
            assert_eq!((text.len(), bytes.len()), (size, size));
        }
    }

    #[test]
    fn an_answer_is_checked_at_its_place() {
        let bodies = Bodies {
            kind: Kind::Text,
            size: 64,
            count: 3,
        };
        bodies.check(1, &bodies.nth(1)).expect("it is the same");
        let error = bodies
            .check(1, &bodies.nth(2))
            .expect_err("it is the next one");
        assert_eq!(
            error.to_string(),
            "answer 1 is 64 bytes for 64 and differs from byte 0 on"
        );
    }
}
