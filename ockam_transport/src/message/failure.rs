use ockam_core::ErrorKind;

use super::cbor::{Reader, Writer};
use super::error::Error;
use super::kind;
use super::limits::{MAX_NAME, MAX_NAMES};

/// The report that a message could not be delivered, or that its handler failed.
///
/// On the wire it is an array of three elements: a number for the kind, the id, and an array of names.
/// The text of the error does not leave the node where it happened.
///
/// | number | kind | number | kind |
/// |---|---|---|---|
/// | 0 | other, and every unknown kind | 7 | no route |
/// | 1 | unknown address, and denied | 8 | no reply |
/// | 2 | address taken | 9 | panicked |
/// | 3 | mailbox full | 10 | unhandled |
/// | 4 | timed out | 11 | invalid input |
/// | 5 | stopped | 12 | outcome unknown |
/// | 6 | wrong type | 13 | unknown method |
///
/// If a type was refused that has the same name as the one that is taken, and another shape, there are four
/// names: the address, the name twice, and the fingerprint that was sent as 16 digits, with a line feed and the
/// [description](ockam_body::Shape::description) of the one that is taken.
///
/// A peer can't tell [`Denied`](ErrorKind::Denied) from [`UnknownAddress`](ErrorKind::UnknownAddress).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Failure<'a> {
    /// The kind of the error.
    pub kind: ErrorKind,
    /// A number that the log of the node where it happened shows with the error.
    pub id: u64,
    /// What the error is about: an address, then the names of the types that were expected and sent, or the
    /// call of a protocol that can't be handled, with the reason.
    pub names: Vec<&'a str>,
}

const NAMES: &str = "names in a failure";
const NAME: &str = "a name in a failure";

impl<'a> Failure<'a> {
    pub(super) fn encode(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
        Error::check_count(NAMES, self.names.len() as u64, MAX_NAMES)?;
        writer.array(3).number(kind::to_number(self.kind));
        writer.number(self.id).array(self.names.len());
        self.names.iter().try_for_each(|name| {
            Error::check_length(NAME, name.len(), MAX_NAME)?;
            writer.text(name);
            Ok(())
        })
    }

    pub(super) fn decode(reader: &mut Reader<'a>) -> Result<Self, Error> {
        let mut parts = reader.array()?;
        reader.require(&mut parts, "the kind of a failure")?;
        let kind = kind::from_number(reader.u64()?);
        reader.require(&mut parts, "the id of a failure")?;
        let id = reader.u64()?;
        reader.require(&mut parts, "the list of names in a failure")?;
        let names = decode_names(reader)?;
        reader.end(&mut parts)?;
        Ok(Self { kind, id, names })
    }
}

fn decode_names<'a>(reader: &mut Reader<'a>) -> Result<Vec<&'a str>, Error> {
    let mut names = Vec::new();
    reader.list(NAMES, MAX_NAMES, |reader| {
        let name = reader.text()?;
        Error::check_length(NAME, name.len(), MAX_NAME)?;
        names.push(name);
        Ok(())
    })?;
    Ok(names)
}
