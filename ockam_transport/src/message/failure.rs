use ockam_core::ErrorKind;

use super::cbor::{Reader, Writer};
use super::error::Error;
use super::kind;
use super::limits::{MAX_NAME, MAX_NAMES};

/// The report that a message could not be delivered, or that its handler failed.
///
/// It is an array of a number for the kind, the id, and the names. The text of the error stays on
/// the node where it came up.
///
/// | number | kind | number | kind |
/// |---|---|---|---|
/// | 0 | other, and every kind that is unknown | 7 | no route |
/// | 1 | unknown address, and denied | 8 | no reply |
/// | 2 | address taken | 9 | panicked |
/// | 3 | mailbox full | 10 | unhandled |
/// | 4 | timed out | 11 | invalid input |
/// | 5 | stopped | 12 | outcome unknown |
/// | 6 | wrong type | | |
///
/// To a peer, [`Denied`](ErrorKind::Denied) looks like [`UnknownAddress`](ErrorKind::UnknownAddress).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Failure<'a> {
    /// What kind of thing went wrong.
    pub kind: ErrorKind,
    /// What to look for in the log of the node where it went wrong.
    pub id: u64,
    /// What the error is about: an address, or the types that were sent and expected.
    pub names: Vec<&'a str>,
}

const NAMES: &str = "names in a failure";
const NAME: &str = "a name in a failure";

impl<'a> Failure<'a> {
    pub(super) fn encode(&self, writer: &mut Writer<'_>) -> Result<(), Error> {
        Error::unless_few(NAMES, self.names.len() as u64, MAX_NAMES)?;
        writer.array(3).number(kind::to_number(self.kind));
        writer.number(self.id).array(self.names.len());
        self.names.iter().try_for_each(|name| {
            Error::unless_short(NAME, name.len(), MAX_NAME)?;
            writer.text(name);
            Ok(())
        })
    }

    pub(super) fn decode(reader: &mut Reader<'a>) -> Result<Self, Error> {
        let mut parts = reader.array()?;
        reader.expect(&mut parts, "the kind of a failure")?;
        let kind = kind::from_number(reader.u64()?);
        reader.expect(&mut parts, "the id of a failure")?;
        let id = reader.u64()?;
        reader.expect(&mut parts, "the list of names in a failure")?;
        let names = decode_names(reader)?;
        reader.end(&mut parts)?;
        Ok(Self { kind, id, names })
    }
}

fn decode_names<'a>(reader: &mut Reader<'a>) -> Result<Vec<&'a str>, Error> {
    let mut names = Vec::new();
    reader.list(NAMES, MAX_NAMES, |reader| {
        let name = reader.text()?;
        Error::unless_short(NAME, name.len(), MAX_NAME)?;
        names.push(name);
        Ok(())
    })?;
    Ok(names)
}
