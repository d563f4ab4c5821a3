//! Boxing and unboxing the error.

use std::error::Error as StdError;
use std::io;

use ockam::{Error, ErrorKind};

type Boxed = Box<dyn StdError + Send + Sync>;

fn denied() -> Error {
    Error::new(ErrorKind::Denied, "not you").context("no entry")
}

#[test]
fn a_question_mark_puts_it_into_each_boxed_form() {
    fn plain() -> Result<(), Box<dyn StdError>> {
        Err(denied())?
    }
    fn send() -> Result<(), Box<dyn StdError + Send>> {
        Err(denied())?
    }
    fn sync() -> Result<(), Boxed> {
        Err(denied())?
    }
    for message in [
        plain().unwrap_err().to_string(),
        send().unwrap_err().to_string(),
        sync().unwrap_err().to_string(),
    ] {
        assert_eq!(message, "no entry");
    }
}

#[test]
fn it_comes_out_of_a_box_as_it_went_in() {
    let boxed: Boxed = denied().with_undelivered(7_u64).into();
    assert_eq!(
        boxed.source().map(ToString::to_string).as_deref(),
        Some("not you")
    );
    let mut error = Error::from_boxed(boxed);
    assert_eq!(error.kind(), ErrorKind::Denied);
    assert_eq!(format!("{error:#}"), "no entry: not you");
    assert_eq!(error.take::<u64>(), Some(7));
}

#[test]
fn a_foreign_error_comes_out_of_it_as_it_went_in() {
    let error = Error::from(io::Error::new(io::ErrorKind::NotFound, "no such file"));
    let boxed: Boxed = error.into();
    let io = boxed.downcast::<io::Error>().expect("it was an I/O error");
    assert_eq!(io.kind(), io::ErrorKind::NotFound);
}

#[test]
fn its_kind_survives_a_box_in_another_error() {
    let io = io::Error::other(Boxed::from(denied()));
    let error = Error::from(io).context("no tea");
    assert_eq!(error.kind(), ErrorKind::Denied);
    let twice = io::Error::other(io::Error::other(Boxed::from(error)));
    assert_eq!(Error::from(twice).kind(), ErrorKind::Denied);
}

#[test]
fn the_first_error_of_a_type_is_found_among_the_causes() {
    let error = Error::from(io::Error::new(io::ErrorKind::NotFound, "no such file"));
    let error = error.context("no settings").context("no start");
    let found: &io::Error = error.downcast_ref().expect("it is the cause");
    assert_eq!(found.kind(), io::ErrorKind::NotFound);
    assert!(error.downcast_ref::<std::fmt::Error>().is_none());
    assert!(denied().downcast_ref::<io::Error>().is_none());
}
