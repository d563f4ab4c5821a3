use std::fmt;
use std::str::FromStr;

use crate::Result;

/// An address on the way, in the text form `type#value` that both frameworks write.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Hop {
    /// 0 is a worker, 1 a TCP peer.
    pub transport: u8,
    /// The worker's name, or the peer's socket address.
    pub value: String,
}

impl Hop {
    /// A worker of the node that the hop before leads to.
    pub fn worker(name: impl Into<String>) -> Self {
        let value = name.into();
        Self {
            transport: 0,
            value,
        }
    }

    /// A peer that the node before has a TCP connection with, or makes one.
    pub fn tcp(peer: impl Into<String>) -> Self {
        let value = peer.into();
        Self {
            transport: 1,
            value,
        }
    }
}

impl fmt::Display for Hop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}#{}", self.transport, self.value)
    }
}

impl FromStr for Hop {
    type Err = Box<dyn std::error::Error + Send + Sync>;

    fn from_str(text: &str) -> Result<Self> {
        let (transport, value) = text.split_once('#').ok_or("a hop is TYPE#VALUE")?;
        let (transport, value) = (transport.parse()?, value.to_string());
        Ok(Self { transport, value })
    }
}
