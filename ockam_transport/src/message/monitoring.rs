use ockam_core::Address;

use super::cbor::{Reader, Writer};
use super::error::Error;
use super::route::{decode_address, encode_address};

/// What a node asks its peer to tell it about a worker.
///
/// On the wire it is `[number, address]` or, to end it, `[number]`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Monitoring {
    /// The number of the monitor, which the node that asks has chosen.
    pub number: u64,
    /// The address of the worker on the other node. `None` ends the monitor.
    pub address: Option<Address>,
}

/// What has become of a worker that the peer monitors.
///
/// On the wire it is `[number, news, worker, incarnation, next]`. Texts don't leave the node where it happened.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Monitored {
    /// The number of the monitor.
    pub number: u64,
    /// What has happened.
    pub news: News,
    /// The number of the worker, which stays when it is started again, or 0 if there is none. Another worker, also one
    /// of another node at the same place, has another number.
    pub worker: u64,
    /// The number of the incarnation that lives, or that has ended, or 0 if there is none.
    pub incarnation: u64,
    /// The number of the incarnation after one that has failed, else 0.
    pub next: u64,
}

/// What a monitor tells.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum News {
    /// It is there, and is monitored. On the wire it is 0.
    Lives,
    /// It was stopped, or has ended by itself: 1.
    Stopped,
    /// It was killed: 2.
    Killed,
    /// It has panicked: 3.
    Panicked,
    /// It has failed otherwise: 4, and every unknown number.
    Failed,
    /// It has failed more often than its policy allows: 5.
    GaveUp,
    /// Nothing is there that the peer may reach: 6.
    Unknown,
    /// It has failed and was started again: 7.
    Restarted,
    /// There are too many monitors of this peer: 8.
    TooMany,
}

const NEWS: [News; 9] = [
    News::Lives,
    News::Stopped,
    News::Killed,
    News::Panicked,
    News::Failed,
    News::GaveUp,
    News::Unknown,
    News::Restarted,
    News::TooMany,
];

impl News {
    fn number(self) -> u64 {
        let place = NEWS.iter().position(|&news| news == self);
        place.unwrap_or_default() as u64
    }

    fn of_number(number: u64) -> Self {
        let place = usize::try_from(number).ok();
        let known = place.and_then(|place| NEWS.get(place));
        known.copied().unwrap_or(Self::Failed)
    }
}

impl Monitoring {
    pub(super) fn encode(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
        let parts = 1 + usize::from(self.address.is_some());
        writer.array(parts).number(self.number);
        match &self.address {
            Some(address) => encode_address(address, writer),
            None => Ok(()),
        }
    }

    pub(super) fn decode(reader: &mut Reader<'_>) -> Result<Self, Error> {
        let mut parts = reader.array()?;
        reader.require(&mut parts, "the number of a monitor")?;
        let number = reader.u64()?;
        let mut address = None;
        if reader.more(&mut parts)? {
            address = Some(decode_address(reader)?);
            reader.end(&mut parts)?;
        }
        Ok(Self { number, address })
    }
}

impl Monitored {
    pub(super) fn encode(&self, writer: &mut Writer<'_>) {
        writer.array(5).number(self.number);
        writer.number(self.news.number());
        writer.number(self.worker).number(self.incarnation);
        writer.number(self.next);
    }

    pub(super) fn decode(reader: &mut Reader<'_>) -> Result<Self, Error> {
        let mut parts = reader.array()?;
        reader.require(&mut parts, "the number of a monitor")?;
        let number = reader.u64()?;
        reader.require(&mut parts, "what a monitor tells")?;
        let news = News::of_number(reader.u64()?);
        reader.require(&mut parts, "the number of a worker")?;
        let worker = reader.u64()?;
        reader.require(&mut parts, "the incarnation of a worker")?;
        let incarnation = reader.u64()?;
        reader.require(&mut parts, "the next incarnation of a worker")?;
        let next = reader.u64()?;
        reader.end(&mut parts)?;
        Ok(Self {
            number,
            news,
            worker,
            incarnation,
            next,
        })
    }
}
