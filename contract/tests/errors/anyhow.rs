//! The error in an `anyhow::Error`, behind the facade's feature `anyhow`.

use anyhow::Context;
use ockam::{Error, ErrorContext, ErrorKind};

fn denied() -> Error {
    Error::new(ErrorKind::Denied, "not you")
}

/// A program that uses anyhow and gets an error of the node.
fn program(failure: Error) -> anyhow::Result<()> {
    Err(failure)?
}

#[test]
fn a_question_mark_turns_it_into_an_anyhow_error() {
    let error = program(denied().context("no entry")).unwrap_err();
    assert_eq!(format!("{error:#}"), "no entry: not you");
    let error = program(std::io::Error::other("no disk").into()).unwrap_err();
    assert_eq!(format!("{error:#}"), "no disk");
}

#[test]
fn its_kind_survives_the_context_of_anyhow() {
    let error = Context::context(program(denied()), "no tea").unwrap_err();
    assert_eq!(format!("{error:#}"), "no tea: not you");
    let error = Error::from_boxed(error.into());
    assert_eq!(error.kind(), ErrorKind::Denied);
    assert_eq!(format!("{error:#}"), "no tea: not you");
}

#[test]
fn the_context_of_this_framework_goes_in_front_of_an_anyhow_error() {
    let failed = Context::context(program(denied()), "no tea");
    let error = ErrorContext::context(failed, "no guests").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Denied);
    assert_eq!(format!("{error:#}"), "no guests: no tea: not you");
}
