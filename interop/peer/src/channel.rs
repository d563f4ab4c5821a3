use std::str::FromStr;

use crate::Result;

/// Where a node that echoes accepts secure channels.
pub const SECURE: &str = "secure";

/// Where it accepts those that come through another one, which was opened at [`SECURE`].
pub const INNER: &str = "inner";

/// The name of a worker that answers with the identity at the other end of the channel, and remembers the
/// channel.
pub const WHO: &str = "who";

/// The name of a worker that answers when the channel that [`WHO`] remembers has ended. It is reached without a
/// channel.
pub const GONE: &str = "gone";

/// The secure channels that an initiator goes through, each of them through those before it.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Through {
    /// Where they are accepted: [`SECURE`] or [`INNER`].
    pub channels: Vec<String>,
    /// The only identity that is trusted, if not all of them are.
    pub peer: Option<String>,
}

/// What an initiator does when all is answered.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Step {
    /// It prints `ready`, waits for a line, and goes on by another channel and by the one that is open.
    Again,
    /// It gives its identity another key, and goes on as after [`Again`](Self::Again).
    Rotate,
    /// It closes its channel, and asks whether the responder has heard of it.
    Close,
    /// It prints `ready`, and waits until the responder has closed the channel.
    Closed,
}

impl FromStr for Step {
    type Err = Box<dyn std::error::Error + Send + Sync>;

    fn from_str(text: &str) -> Result<Self> {
        match text {
            "again" => Ok(Self::Again),
            "rotate" => Ok(Self::Rotate),
            "close" => Ok(Self::Close),
            "closed" => Ok(Self::Closed),
            _ => Err(format!("{text} is no step").into()),
        }
    }
}
