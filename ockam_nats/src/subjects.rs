//! The subjects of the bus, and what may stand in them.
//!
//! ```text
//!  <prefix>.<node>.hello                             where a node is greeted by others
//!  <prefix>.<node>.<incarnation>.<stream>            what is for one stream of a node
//!  <prefix>.cards                                    what the nodes say of themselves
//!  <prefix>.group.members.<group>                    where those who serve a group are asked for
//! ```

use std::fmt::Write as _;

use async_nats::Subject;
use ockam_core::{Error, ErrorKind, Result};

/// The maximum number of bytes of the name of a node, and of a group.
pub(crate) const MAX_NAME_BYTES: usize = 64;

/// The maximum number of bytes of the prefix of all subjects.
const MAX_PREFIX_BYTES: usize = 128;

/// Checks the name of a node or a group, which is one token of a subject.
///
/// # Errors
///
/// `InvalidInput`, with the name.
pub(crate) fn check_name(what: &str, name: &str) -> Result<()> {
    if is_token(name) && name.len() <= MAX_NAME_BYTES {
        return Ok(());
    }
    // It may be as long as a peer likes.
    let shown: String = name.chars().take(MAX_NAME_BYTES).collect();
    let why = format!(
        "the name of a {what} has 1 to {MAX_NAME_BYTES} letters, digits, `-` and `_`, unlike {shown:?}"
    );
    Err(Error::new(ErrorKind::InvalidInput, why))
}

/// Checks the prefix of all subjects: tokens with dots between.
///
/// # Errors
///
/// `InvalidInput`, with the prefix.
pub(crate) fn check_prefix(prefix: &str) -> Result<()> {
    if prefix.len() <= MAX_PREFIX_BYTES && prefix.split('.').all(is_token) {
        return Ok(());
    }
    let why = format!(
        "the prefix of subjects has up to {MAX_PREFIX_BYTES} letters, digits, `-` and `_`, and dots between, \
         unlike {prefix:?}"
    );
    Err(Error::new(ErrorKind::InvalidInput, why))
}

fn is_token(text: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    !text.is_empty() && text.bytes().all(is_allowed)
}

/// Makes and reads the subjects behind one prefix.
#[derive(Clone, Debug)]
pub(crate) struct Subjects {
    prefix: String,
}

/// The subject of one stream.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct StreamSubject<'a> {
    pub(crate) node: &'a str,
    pub(crate) incarnation: u64,
    pub(crate) stream: &'a str,
}

impl Subjects {
    /// Begins all subjects with a prefix.
    pub(crate) fn new(prefix: &str) -> Self {
        let prefix = format!("{prefix}.");
        Self { prefix }
    }

    /// Returns where a node is greeted.
    pub(crate) fn hello(&self, node: &str) -> Subject {
        self.subject(format_args!("{node}.hello"))
    }

    /// Returns what all streams of an incarnation of a node are subscribed with.
    pub(crate) fn streams(&self, node: &str, incarnation: u64) -> Subject {
        self.subject(format_args!("{node}.{incarnation}.*"))
    }

    /// Returns the subject of a stream.
    pub(crate) fn stream(&self, node: &str, incarnation: u64, stream: &str) -> Subject {
        self.subject(format_args!("{node}.{incarnation}.{stream}"))
    }

    /// Returns where the nodes say what they are.
    pub(crate) fn cards(&self) -> Subject {
        self.subject(format_args!("cards"))
    }

    /// Returns where those who serve a group are asked for.
    pub(crate) fn group(&self, group: &str) -> Subject {
        // No incarnation of a node that is called `group` has this number.
        self.subject(format_args!("group.members.{group}"))
    }

    /// Reads the subject of a stream. Anybody may have written it: it is `None` if it is anything else.
    pub(crate) fn parse<'a>(&self, subject: &'a str) -> Option<StreamSubject<'a>> {
        let rest = subject.strip_prefix(&self.prefix)?;
        let mut tokens = rest.split('.');
        let (node, incarnation, stream) = (tokens.next()?, tokens.next()?, tokens.next()?);
        let are_names = check_name("node", node).is_ok() && check_name("stream", stream).is_ok();
        if !are_names || tokens.next().is_some() {
            return None;
        }
        let incarnation = incarnation.parse().ok()?;
        let parsed = StreamSubject {
            node,
            incarnation,
            stream,
        };
        // There is one way to write it.
        let written = self.stream(node, incarnation, stream);
        (written.as_str() == subject).then_some(parsed)
    }

    fn subject(&self, rest: std::fmt::Arguments<'_>) -> Subject {
        let mut subject = self.prefix.clone();
        // Writing to a string doesn't fail.
        let _ = subject.write_fmt(rest);
        subject.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_be_another_subject_is_no_name() {
        for name in [
            "",
            "a.b",
            "*",
            ">",
            "a b",
            "a\r\nPUB x 0",
            "ä",
            &"a".repeat(65),
        ] {
            let error = check_name("node", name).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidInput, "{name:?}");
        }
        for name in ["a", "A-1_b", &"a".repeat(64)] {
            check_name("node", name).unwrap();
        }
        for prefix in ["", ".", "a.", "$JS", "a..b", "a.*"] {
            check_prefix(prefix).unwrap_err();
        }
        check_prefix("team.ockam").unwrap();
    }

    #[test]
    fn a_subject_is_read_only_as_it_is_written() {
        let subjects = Subjects::new("a.b");
        let written = subjects.stream("back", 17, "x-Y_z");
        let read = subjects.parse(&written).unwrap();
        assert_eq!(
            (read.node, read.incarnation, read.stream),
            ("back", 17, "x-Y_z")
        );
        for other in [
            "a.b.back.17",
            "a.b.back.17.x.y",
            "a.b.back.+17.x",
            "a.b.back.017.x",
            "a.b.back.-1.x",
            "a.b.back.17.*",
            "a.b.*.17.x",
            "a.c.back.17.x",
            "$JS.API.STREAM.DELETE.x",
            "",
        ] {
            assert_eq!(subjects.parse(other), None, "{other}");
        }
    }
}
