//! A family of types: every attribute of serde that changes what is written or read, nested in each other and
//! generic. A message of each is sent to a worker of each: it arrives equal, or it is refused.

mod members;
mod random;

use ockam_body::BodyError;
use ockam_core::Message;
use proptest::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

use random::{Random, Source};

/// How a field is printed that is not read, so that it doesn't count.
const HIDDEN: &str = "hidden";

/// Prints what counts of a message.
fn printed(message: &impl std::fmt::Debug) -> String {
    let text = format!("{message:?}");
    let Some((before, after)) = text.split_once(HIDDEN) else {
        return text;
    };
    // With its name and the comma behind it.
    let name = before.rfind([' ', '(']).map_or(0, |at| at + 1);
    let named = before[..name].trim_end().ends_with(':');
    let start = match named {
        true => before[..name].trim_end().rfind(' ').map_or(0, |at| at + 1),
        false => name,
    };
    let after = after.strip_prefix(", ").unwrap_or(after);
    format!("{}{after}", &before[..start])
}

/// A type of the family.
struct Kind {
    name: &'static str,
    /// Makes a message of a seed, and encodes it as a node does.
    send: fn(u64) -> Sent,
    /// Decodes a body as a node does.
    receive: fn(&Sent) -> Result<String, BodyError>,
}

struct Sent {
    message: String,
    body: Result<Vec<u8>, BodyError>,
    name: Option<String>,
    shape: Option<u64>,
}

trait Member: Random + Message + Serialize + DeserializeOwned + std::fmt::Debug {}

impl<T: Random + Message + Serialize + DeserializeOwned + std::fmt::Debug> Member for T {}

impl Kind {
    fn of<T: Member>() -> Self {
        Self {
            name: std::any::type_name::<T>(),
            send: |seed| {
                let message = T::random(&mut Source::new(seed));
                let mut body = Vec::new();
                let written = message.write_body(&mut body);
                let body_type = message.body_type();
                Sent {
                    message: printed(&message),
                    body: written.map(|()| body),
                    name: body_type.name.map(str::to_owned),
                    shape: body_type.shape,
                }
            },
            receive: |sent| {
                let body = sent.body.as_ref().expect("it was sent");
                let body_type = ockam_core::BodyType {
                    name: sent.name.as_deref(),
                    shape: sent.shape,
                };
                T::read_body(body, body_type).map(|message| printed(&message))
            },
        }
    }
}

/// Sends a message of a type to a worker of another one. Returns whether it arrived.
fn send(from: &Kind, to: &Kind, seed: u64) -> bool {
    let sent = (from.send)(seed);
    if sent.body.is_err() {
        return false;
    }
    match (to.receive)(&sent) {
        Ok(received) => {
            assert_eq!(
                received, sent.message,
                "{} arrives as {}",
                from.name, to.name
            );
            true
        }
        Err(_) => {
            assert_ne!(
                from.name, to.name,
                "{} was accepted when it was sent",
                sent.message
            );
            false
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn each_arrives_equal_or_is_refused(seed in any::<u64>(), from in any::<prop::sample::Index>()) {
        let family = members::family();
        let from = from.get(&family);
        for to in &family {
            send(from, to, seed);
        }
    }
}

#[test]
fn all_of_all() {
    let family = members::family();
    let (mut arrived, mut refused) = (0, 0);
    for (seed, from) in (0..).zip(&family) {
        for to in &family {
            match send(from, to, seed) {
                true => arrived += 1,
                false => refused += 1,
            }
        }
    }
    // Most types are taken by themselves alone.
    assert!(
        arrived >= family.len() / 2,
        "{arrived} of {} arrive",
        family.len()
    );
    assert!(
        refused > family.len() * (family.len() - 4),
        "{refused} are refused"
    );
}
