//! The printed forms of the error.

use std::io;

use ockam::{Error, ErrorKind};

fn layered() -> Error {
    let io = io::Error::new(io::ErrorKind::NotFound, "no such file");
    Error::from(io).context("no settings").context("no start")
}

#[test]
fn display_is_the_message_alone() {
    assert_eq!(layered().to_string(), "no start");
    assert_eq!(
        Error::from(io::Error::other("no disk")).to_string(),
        "no disk"
    );
}

#[test]
fn alternate_display_is_one_line_with_the_causes() {
    assert_eq!(
        format!("{:#}", layered()),
        "no start: no settings: no such file"
    );
    let single = Error::new(ErrorKind::Denied, "not you");
    assert_eq!(format!("{single:#}"), "not you");
    assert_eq!(
        format!("{:#}", Error::from(io::Error::other("no disk"))),
        "no disk"
    );
}

#[test]
fn debug_is_what_a_program_prints_behind_error() {
    assert_eq!(
        format!("error: {:?}", layered()),
        "error: no start\n  caused by: no settings\n  caused by: no such file"
    );
    let boxed: Box<dyn std::error::Error + Send + Sync> = layered().into();
    assert_eq!(
        format!("{boxed:?}"),
        format!("{:?}", layered()),
        "in a box, too"
    );
}

#[test]
fn debug_of_a_foreign_error_is_for_people_too() {
    let error = Error::from(io::Error::other("no disk"));
    assert_eq!(format!("error: {error:?}"), "error: no disk");
}

#[test]
fn no_cause_is_printed_twice() {
    for text in [format!("{:#}", layered()), format!("{:?}", layered())] {
        for message in ["no start", "no settings", "no such file"] {
            assert_eq!(text.matches(message).count(), 1, "{text}");
        }
    }
}
