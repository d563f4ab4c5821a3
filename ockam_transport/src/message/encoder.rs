use ockam_core::{Address, Route};

use super::envelope::Envelope;
use super::error::Error;
use super::extension::Extension;
use super::transport_message::{Parts, append};

/// Writes messages. One that follows another and differs from it by its payload only is put into the
/// envelope that is there already.
#[derive(Default)]
pub(crate) struct Encoder {
    envelope: Envelope,
    /// What the envelope was made for: nothing yet, if nobody is addressed.
    onward: Vec<Address>,
    return_route: Route,
    type_name: Option<String>,
    is_extended: bool,
}

impl Encoder {
    /// Writes a message behind what a buffer holds, or leaves the buffer as it was.
    pub(crate) fn append(&mut self, buffer: &mut Vec<u8>, parts: &Parts<'_>) -> Result<(), Error> {
        if !is_plain(parts) {
            return append(buffer, parts).map(drop);
        }
        if self.fits(parts) {
            self.envelope.seal(parts.payload, buffer);
            return Ok(());
        }
        let start = buffer.len();
        let payload = append(buffer, parts)?;
        self.envelope.copy_from(&buffer[start..], payload);
        self.onward.clear();
        self.onward.extend_from_slice(parts.onward);
        self.return_route.clone_from(parts.return_route);
        if self.type_name.as_deref() != type_name(parts) {
            self.type_name = type_name(parts).map(str::to_owned);
        }
        self.is_extended = parts.extension.is_some();
        Ok(())
    }

    fn fits(&self, parts: &Parts<'_>) -> bool {
        self.onward == parts.onward
            && self.return_route == *parts.return_route
            && self.type_name.as_deref() == type_name(parts)
            && self.is_extended == parts.extension.is_some()
    }
}

/// Tells whether a message goes to a worker and has nothing that is good for once: a right to answer, which
/// is not to be kept here, a trace, or what is said to the peer itself.
fn is_plain(parts: &Parts<'_>) -> bool {
    let mut hops = parts.onward.iter().chain(parts.return_route.iter());
    let has_right = hops.any(|hop| hop.replier().is_some());
    !parts.onward.is_empty()
        && !has_right
        && parts.tracing.is_none()
        && parts.extension.is_none_or(Extension::is_plain)
}

fn type_name<'a>(parts: &Parts<'a>) -> Option<&'a str> {
    parts.extension.and_then(|extension| extension.type_name)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use ockam_core::reply::slot;
    use ockam_core::route;

    use super::*;
    use crate::message::TransportMessage;

    #[test]
    fn no_right_to_answer_is_kept() {
        let (asker, _answer) = slot::<u64>(Duration::MAX);
        let (to_asker, app) = (Route::from(Address::from(asker.clone())), route!["app"]);
        let by_asker = route![Address::from(asker), "app"];
        for (onward, return_route) in [(&to_asker, &app), (&app, &to_asker), (&by_asker, &app)] {
            let mut encoder = Encoder::default();
            let parts = Parts {
                onward: onward.as_slice(),
                return_route,
                ..Parts::default()
            };
            encoder.append(&mut Vec::new(), &parts).unwrap();
            assert!(encoder.onward.is_empty() && encoder.return_route.is_empty());
        }
    }

    #[test]
    fn what_is_written_is_what_would_be_written_alone() {
        let extensions = [
            None,
            Some(Extension::default()),
            Some(Extension {
                type_name: Some("Deposit"),
                ..Extension::default()
            }),
            Some(Extension {
                type_name: Some("Withdraw"),
                ..Extension::default()
            }),
            Some(Extension {
                deadline: Some(Duration::from_secs(1)),
                ..Extension::default()
            }),
        ];
        let mut encoder = Encoder::default();
        let (mut together, mut alone) = (Vec::new(), Vec::new());
        for onward in [route!["one"], route!["two"], route!["two", "one"], route![]] {
            for return_route in [route!["app"], route!["app", "desk"], route![]] {
                for tracing in [None, Some(r#"{"traceparent":"00"}"#), None] {
                    for extension in &extensions {
                        for payload in [b"".as_slice(), b"\x07", &[7; 300], b"\x07"] {
                            let message = TransportMessage {
                                onward: onward.clone(),
                                return_route: return_route.clone(),
                                payload,
                                tracing,
                                extension: extension.clone(),
                            };
                            encoder.append(&mut together, &message.parts()).unwrap();
                            message.encode(&mut alone).unwrap();
                            assert_eq!(together, alone);
                        }
                    }
                }
            }
        }
    }
}
