use std::time::Duration;

use ockam_body::BodyType;

use super::cancelled::Cancelled;
use super::cbor::{Items, Reader, Writer};
use super::error::Error;
use super::failure::Failure;
use super::grant::Grant;
use super::limits::{MAX_GRANTS, MAX_NAME};
use super::monitoring::{Monitored, Monitoring};

/// The highest version of extensions that this crate speaks. It speaks all versions from 1 on.
///
/// A version adds fields to the one before it and changes none, so that a node can read the extensions of
/// every version, and speaks to its peer in the highest version that both know.
pub const EXTENSION_VERSION: u64 = 6;

/// The version since which credit is in bytes as well.
pub(crate) const WEIGHS_SINCE: u64 = 3;

/// The version since which an answer may go on.
pub(crate) const STREAMS_SINCE: u64 = 5;

/// The version since which workers are monitored over a connection.
pub(crate) const MONITORS_SINCE: u64 = 6;

/// The version since which several parts of an answer may be in one frame.
pub(crate) const BUNDLES_SINCE: u64 = 6;

/// What nodes of this framework add to a message.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// use ockam_core::route;
/// use ockam_transport::{Extension, TransportMessage};
///
/// let message = TransportMessage {
///     onward: route!["calculator"],
///     payload: b"\x07",
///     extension: Some(Extension {
///         type_name: Some("Question"),
///         deadline: Some(Duration::from_secs(30)),
///         ..Extension::default()
///     }),
///     ..TransportMessage::default()
/// };
/// let mut frame = Vec::new();
/// message.encode(&mut frame)?;
/// assert_eq!(TransportMessage::decode(&frame)?, message);
/// # Ok::<(), ockam_transport::message::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Extension<'a> {
    /// The version that the sender speaks.
    pub version: u64,
    /// The [name](ockam_body::Shape::name) of the body's type.
    pub type_name: Option<&'a str>,
    /// The [fingerprint](ockam_body::Shape::fingerprint) of the shape of the body's type.
    pub shape: Option<u64>,
    /// The time that the sender will still wait. It is rounded up to milliseconds on the wire.
    pub deadline: Option<Duration>,
    /// Set if this is not a message but the report that one failed.
    pub failure: Option<Failure<'a>>,
    /// Credit to send more to workers. Their bytes are not written for a version before 3.
    pub grants: Vec<Grant>,
    /// The number of messages that the sender of this has taken in from the stream.
    pub acknowledged: Option<u64>,
    /// Set if this is a part of an answer that goes on: its number, from 1 on.
    pub part: Option<u64>,
    /// Set if the body of this holds several parts, each behind its length in four bytes, little-endian: their
    /// number. `part` is that of the first one.
    pub bundled: Option<u64>,
    /// Set if this is the end of an answer that goes on: the number of its parts.
    pub parts: Option<u64>,
    /// Credit to send more parts to askers, by their addresses. If it is for no parts, the asker wants none.
    pub part_grants: Vec<Grant>,
    /// Set if nobody waits any more for the answer to the question that came with the return route of this
    /// message.
    pub cancelled: Option<Cancelled>,
    /// Set if the sender of this begins or ends to monitor a worker of the peer.
    pub monitoring: Option<Box<Monitoring>>,
    /// Set if something has become of a worker that the peer monitors.
    pub monitored: Option<Box<Monitored>>,
}

impl Default for Extension<'_> {
    /// Returns an empty extension of the highest version.
    fn default() -> Self {
        Self {
            version: EXTENSION_VERSION,
            type_name: None,
            shape: None,
            deadline: None,
            failure: None,
            grants: Vec::new(),
            acknowledged: None,
            part: None,
            bundled: None,
            parts: None,
            part_grants: Vec::new(),
            cancelled: None,
            monitoring: None,
            monitored: None,
        }
    }
}

const VERSION: u64 = 0;
const TYPE_NAME: u64 = 1;
const DEADLINE: u64 = 2;
const FAILURE: u64 = 3;
const GRANTS: u64 = 4;
const ACKNOWLEDGED: u64 = 5;
const WEIGHED_GRANTS: u64 = 6;
const SHAPE: u64 = 7;
const PART: u64 = 9;
const PARTS: u64 = 10;
const PART_GRANTS: u64 = 11;
const CANCELLED: u64 = 8;
const MONITORING: u64 = 12;
const MONITORED: u64 = 13;
const BUNDLED: u64 = 14;

impl<'a> Extension<'a> {
    pub(super) fn encode(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
        writer.map(self.entries());
        writer.number(VERSION).number(self.version);
        if let Some(name) = self.type_name {
            Error::check_length("the name of a type", name.len(), MAX_NAME)?;
            writer.number(TYPE_NAME).text(name);
        }
        if let Some(deadline) = self.deadline {
            writer.number(DEADLINE).number(millis(deadline));
        }
        if let Some(failure) = &self.failure {
            writer.number(FAILURE);
            failure.encode(writer)?;
        }
        if !self.grants.is_empty() {
            let with_bytes = self.version >= WEIGHS_SINCE;
            writer.number(if with_bytes { WEIGHED_GRANTS } else { GRANTS });
            Grant::encode_all(&self.grants, with_bytes, writer)?;
        }
        if let Some(count) = self.acknowledged {
            writer.number(ACKNOWLEDGED).number(count);
        }
        if let Some(shape) = self.shape {
            writer.number(SHAPE).number(shape);
        }
        if let Some(number) = self.part {
            writer.number(PART).number(number);
        }
        if let Some(count) = self.parts {
            writer.number(PARTS).number(count);
        }
        if let Some(count) = self.bundled {
            writer.number(BUNDLED).number(count);
        }
        if !self.part_grants.is_empty() {
            writer.number(PART_GRANTS);
            Grant::encode_all(&self.part_grants, true, writer)?;
        }
        if let Some(cancelled) = self.cancelled {
            writer.number(CANCELLED).number(cancelled.number());
        }
        if let Some(monitoring) = &self.monitoring {
            writer.number(MONITORING);
            monitoring.encode(writer)?;
        }
        if let Some(monitored) = &self.monitored {
            writer.number(MONITORED);
            monitored.encode(writer);
        }
        Ok(())
    }

    /// Returns whether the extension holds nothing that is for this message alone. The type of the
    /// body may be that of the next message as well.
    pub(crate) fn is_plain(&self) -> bool {
        let Self {
            version: _,
            type_name: _,
            shape: _,
            deadline,
            failure,
            grants,
            acknowledged,
            part,
            bundled,
            parts,
            part_grants,
            cancelled,
            monitoring,
            monitored,
        } = self;
        let is_told = failure.is_some() || !grants.is_empty() || acknowledged.is_some();
        let is_of_stream =
            part.is_some() || bundled.is_some() || parts.is_some() || !part_grants.is_empty();
        let is_of_monitor = monitoring.is_some() || monitored.is_some();
        let is_of_others = is_told || is_of_stream || is_of_monitor;
        deadline.is_none() && !is_of_others && cancelled.is_none()
    }

    /// Returns what is said of the body's type.
    pub(crate) fn body_type(&self) -> BodyType<'a> {
        BodyType {
            name: self.type_name,
            shape: self.shape,
        }
    }

    fn entries(&self) -> usize {
        let optional = [
            self.type_name.is_some(),
            self.deadline.is_some(),
            self.failure.is_some(),
            !self.grants.is_empty(),
            self.acknowledged.is_some(),
            self.shape.is_some(),
            self.part.is_some(),
            self.parts.is_some(),
            self.bundled.is_some(),
            !self.part_grants.is_empty(),
            self.cancelled.is_some(),
            self.monitoring.is_some(),
            self.monitored.is_some(),
        ];
        1 + optional.into_iter().filter(|&is_some| is_some).count()
    }

    /// Reads the extension that comes next, of any version. Returns `None` for any other value.
    pub(super) fn decode(mut reader: Reader<'a>) -> Result<Option<Self>, Error> {
        reader.peek()?;
        let (mut entries, version) = match version(&mut reader) {
            Ok((entries, version)) if version > 0 => (entries, version),
            _ => return Ok(None),
        };
        let mut extension = Self {
            version,
            ..Self::default()
        };
        while reader.more(&mut entries)? {
            let start = reader.clone();
            let entry = extension.entry(&mut reader);
            if entry.is_err() && version > EXTENSION_VERSION {
                // A later version may have changed what this crate doesn't know of.
                reader = start;
                reader.skip()?;
                reader.skip()?;
            } else {
                entry?;
            }
        }
        Ok(Some(extension))
    }

    fn entry(&mut self, reader: &mut Reader<'a>) -> Result<(), Error> {
        let Some(key) = key(reader)? else {
            return reader.skip();
        };
        match key {
            TYPE_NAME => {
                let name = reader.text()?;
                Error::check_length("the name of a type", name.len(), MAX_NAME)?;
                self.type_name = Some(name);
            }
            DEADLINE => self.deadline = Some(Duration::from_millis(reader.u64()?)),
            FAILURE => self.failure = Some(Failure::decode(reader)?),
            GRANTS | WEIGHED_GRANTS => {
                let grants = Grant::decode_all(key == WEIGHED_GRANTS, reader)?;
                self.grants.extend(grants);
                // A map may name a key again.
                Error::check_count("grants", self.grants.len() as u64, MAX_GRANTS)?;
            }
            ACKNOWLEDGED => self.acknowledged = Some(reader.u64()?),
            SHAPE => self.shape = Some(reader.u64()?),
            PART => self.part = Some(reader.u64()?),
            PARTS => self.parts = Some(reader.u64()?),
            BUNDLED => self.bundled = Some(reader.u64()?),
            PART_GRANTS => {
                self.part_grants.extend(Grant::decode_all(true, reader)?);
                Error::check_count("grants", self.part_grants.len() as u64, MAX_GRANTS)?;
            }
            CANCELLED => self.cancelled = Some(Cancelled::of_number(reader.u64()?)),
            MONITORING => self.monitoring = Some(Box::new(Monitoring::decode(reader)?)),
            MONITORED => self.monitored = Some(Box::new(Monitored::decode(reader)?)),
            _ => reader.skip()?,
        }
        Ok(())
    }
}

/// Reads the head of the map, and the entry that every extension starts with.
fn version(reader: &mut Reader<'_>) -> Result<(Items, u64), Error> {
    const WHAT: &str = "the version of an extension";
    let mut entries = reader.map()?;
    reader.require(&mut entries, WHAT)?;
    match reader.u64()? {
        VERSION => Ok((entries, reader.u64()?)),
        _ => Err(Error::Missing { what: WHAT }),
    }
}

/// Reads the key of an entry. Returns `None` for one that is no number.
fn key(reader: &mut Reader<'_>) -> Result<Option<u64>, Error> {
    let start = reader.clone();
    if let Ok(key) = reader.u64() {
        return Ok(Some(key));
    }
    *reader = start;
    reader.skip()?;
    Ok(None)
}

fn millis(duration: Duration) -> u64 {
    let millis = duration.as_nanos().div_ceil(1_000_000);
    u64::try_from(millis).unwrap_or(u64::MAX)
}
