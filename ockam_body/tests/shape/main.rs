//! The shapes of types: what is told apart, what is not, and what has no form.

mod described;
mod fingerprints;
mod unreadable;
mod user_code;
mod written;

use ockam_body::{BodyError, Shape, decode_body, encode_body};
use serde::Serialize;
use serde::de::DeserializeOwned;

fn fingerprint<M: DeserializeOwned + 'static>() -> u64 {
    let fingerprint = Shape::of::<M>().fingerprint();
    fingerprint.expect("it shows something")
}

fn encoded<M: Serialize + DeserializeOwned + 'static>(message: &M) -> Result<Vec<u8>, String> {
    let mut body = Vec::new();
    match encode_body(message, &mut body) {
        Ok(()) => Ok(body),
        Err(BodyError::Encode { source, .. }) => Err(source.to_string()),
        Err(other) => panic!("{other}"),
    }
}

/// Checks that a message is equal after the journey.
#[track_caller]
fn arrives<M: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug + 'static>(message: M) {
    let body = encoded(&message).expect("it has a form");
    assert_eq!(decode_body::<M>(&body).as_ref(), Ok(&message));
}

/// Checks that a message is refused, and that the error names the part at fault.
#[track_caller]
fn is_refused<M: Serialize + DeserializeOwned + 'static>(message: M, why: &str) {
    assert_eq!(encoded(&message), Err(why.to_owned()));
}
