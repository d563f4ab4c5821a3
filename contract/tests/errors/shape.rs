//! The traits and the size of the error.

use std::error::Error as StdError;
use std::num::ParseIntError;
use std::{fmt, io};

use ockam::{Error, ErrorKind, Result, Route};

#[test]
fn it_is_as_small_as_a_pointer() {
    assert_eq!(size_of::<Error>(), size_of::<usize>());
    assert_eq!(size_of::<Option<Error>>(), size_of::<usize>());
    assert_eq!(size_of::<Result<()>>(), size_of::<usize>());
}

#[test]
fn it_goes_wherever_it_has_to() {
    fn goes_anywhere<E: Send + Sync + Unpin + fmt::Display + fmt::Debug + 'static>() {}
    goes_anywhere::<Error>();
    goes_anywhere::<ErrorKind>();
}

/// A call of `ask` has two candidates for a type that implements `std::error::Error`, which doesn't
/// compile, and one for any other.
trait NotAnError<Witness> {
    fn ask() {}
}

impl<T: ?Sized> NotAnError<()> for T {}

struct IsAnError;

impl<T: ?Sized + StdError> NotAnError<IsAnError> for T {}

#[test]
fn it_is_no_std_error_so_that_every_std_error_converts_into_it() {
    <Error as NotAnError<_>>::ask();
}

#[test]
fn a_question_mark_takes_every_std_error() {
    #[derive(Debug)]
    struct Own;

    impl fmt::Display for Own {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an error of my own")
        }
    }

    impl StdError for Own {}

    fn fails(way: usize) -> Result<()> {
        match way {
            0 => Err(io::Error::new(io::ErrorKind::NotFound, "no such file"))?,
            1 => _ = "x".parse::<u64>()?,
            2 => _ = "256#x".parse::<Route>()?,
            3 => _ = String::from_utf8(vec![0xff])?,
            4 => Err(Own)?,
            _ => Err(Error::new(ErrorKind::Denied, "not you"))?,
        }
        Ok(())
    }

    for way in 0..5 {
        assert_eq!(fails(way).unwrap_err().kind(), ErrorKind::Other);
    }
    assert_eq!(fails(5).unwrap_err().kind(), ErrorKind::Denied);
    assert_eq!(fails(4).unwrap_err().to_string(), "an error of my own");

    let io = fails(0).unwrap_err();
    let io: &io::Error = io.downcast_ref().expect("it is an I/O error");
    assert_eq!(io.kind(), io::ErrorKind::NotFound);
    let number = fails(1).unwrap_err();
    assert!(number.downcast_ref::<ParseIntError>().is_some());
    assert!(number.downcast_ref::<io::Error>().is_none());
}

#[test]
fn an_error_kind_is_a_value_like_any_other() {
    let kinds = [
        (ErrorKind::UnknownAddress, "unknown address"),
        (ErrorKind::AddressTaken, "address taken"),
        (ErrorKind::MailboxFull, "mailbox full"),
        (ErrorKind::TimedOut, "timed out"),
        (ErrorKind::Stopped, "stopped"),
        (ErrorKind::WrongType, "wrong type"),
        (ErrorKind::Denied, "denied"),
        (ErrorKind::NoRoute, "no route"),
        (ErrorKind::NoReply, "no reply"),
    ];
    for (kind, name) in kinds {
        assert_eq!(kind.to_string(), name);
        assert_eq!(Error::new(kind, "why").kind(), kind);
    }
}
