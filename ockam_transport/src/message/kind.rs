//! The numbers of error kinds on the wire. They never change.

use ockam_core::ErrorKind;

const KINDS: [ErrorKind; 14] = [
    ErrorKind::Other,
    ErrorKind::UnknownAddress,
    ErrorKind::AddressTaken,
    ErrorKind::MailboxFull,
    ErrorKind::TimedOut,
    ErrorKind::Stopped,
    ErrorKind::WrongType,
    ErrorKind::NoRoute,
    ErrorKind::NoReply,
    ErrorKind::Panicked,
    ErrorKind::Unhandled,
    ErrorKind::InvalidInput,
    ErrorKind::OutcomeUnknown,
    ErrorKind::UnknownMethod,
];

pub(super) fn to_number(kind: ErrorKind) -> u64 {
    let visible = match kind {
        ErrorKind::Denied => ErrorKind::UnknownAddress,
        kind => kind,
    };
    let index = KINDS.iter().position(|&known| known == visible);
    index.unwrap_or(0) as u64
}

pub(super) fn from_number(number: u64) -> ErrorKind {
    let index = usize::try_from(number).ok();
    let known = index.and_then(|index| KINDS.get(index));
    known.copied().unwrap_or(ErrorKind::Other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_kinds_come_back() {
        for kind in KINDS {
            assert_eq!(from_number(to_number(kind)), kind);
        }
        assert_eq!(from_number(14), ErrorKind::Other);
        assert_eq!(from_number(u64::MAX), ErrorKind::Other);
    }

    #[test]
    fn denied_looks_like_unknown() {
        assert_eq!(
            from_number(to_number(ErrorKind::Denied)),
            ErrorKind::UnknownAddress
        );
    }
}
