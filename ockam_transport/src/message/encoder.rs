use ockam_body::BodyType;
use ockam_core::{Address, Hops, Route};

use super::envelope::Envelope;
use super::error::Error;
use super::extension::Extension;
use super::transport_message::{Parts, append};

/// Writes messages, and reuses the envelope of the last one for those that differ by the payload only.
#[derive(Default)]
pub(crate) struct Encoder {
    envelope: Envelope,
    /// The label of the envelope. If this route is empty, there is none yet.
    onward: Vec<Address>,
    return_route: Route,
    type_name: Option<String>,
    shape: Option<u64>,
    version: Option<u64>,
}

/// What two messages must have in common to share an envelope.
#[derive(Clone, Copy)]
pub(crate) struct Label<'a> {
    pub(crate) onward: Hops<'a>,
    pub(crate) return_route: &'a Route,
    pub(crate) body_type: BodyType<'a>,
    /// The version of the extension, if there is one.
    pub(crate) version: Option<u64>,
}

impl Encoder {
    /// Appends a message to a buffer, and returns whether there is an envelope for those that follow. If
    /// there is an error, the buffer is not changed.
    pub(crate) fn append(
        &mut self,
        buffer: &mut Vec<u8>,
        parts: &Parts<'_>,
    ) -> Result<bool, Error> {
        let Some(label) = Label::of(parts) else {
            return append(buffer, parts).map(|_| false);
        };
        if self.has(&label) {
            self.append_labelled(buffer, parts.payload);
            return Ok(true);
        }
        let start = buffer.len();
        let payload = append(buffer, parts)?;
        self.envelope.copy_from(&buffer[start..], payload);
        self.onward.clear();
        self.onward.extend_from_slice(label.onward.addresses());
        self.return_route.clone_from(label.return_route);
        if self.type_name.as_deref() != label.body_type.name {
            self.type_name = label.body_type.name.map(str::to_owned);
        }
        self.shape = label.body_type.shape;
        self.version = label.version;
        Ok(true)
    }

    /// Appends a message with the current envelope to a buffer.
    #[inline]
    pub(crate) fn append_labelled(&self, buffer: &mut Vec<u8>, payload: &[u8]) {
        self.envelope.append(payload, buffer);
    }

    /// Returns whether the current envelope has this label.
    #[inline]
    pub(crate) fn has(&self, label: &Label<'_>) -> bool {
        self.onward == label.onward.addresses()
            && self.return_route.as_slice() == label.return_route.as_slice()
            && self.shape == label.body_type.shape
            && self.type_name.as_deref() == label.body_type.name
            && self.version == label.version
            && !label.can_reply()
    }

    /// Returns the onward route and the return route of the current envelope.
    pub(crate) fn way(&self) -> (&[Address], &Route) {
        (&self.onward, &self.return_route)
    }
}

impl<'a> Label<'a> {
    /// Returns the label of a message, unless the message is for the peer itself, or has something that is
    /// for it alone: a trace, a deadline, or a right to answer, which must not be kept here.
    fn of(parts: &Parts<'a>) -> Option<Self> {
        let label = Self {
            onward: parts.onward,
            return_route: parts.return_route,
            body_type: parts
                .extension
                .map(Extension::body_type)
                .unwrap_or_default(),
            version: parts.extension.map(|extension| extension.version),
        };
        let is_plain = parts.tracing.is_none() && parts.extension.is_none_or(Extension::is_plain);
        (is_plain && !parts.onward.is_empty() && !label.can_reply()).then_some(label)
    }

    fn can_reply(&self) -> bool {
        self.onward.reply_to().is_some() || self.return_route.reply_to().is_some()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use ockam_core::reply::slot;
    use ockam_core::route;

    use super::*;
    use crate::message::TransportMessage;

    #[test]
    fn a_right_to_answer_is_not_kept() {
        let (asker, _answer) = slot::<u64>(Duration::MAX);
        let (to_asker, app) = (Route::from(asker.clone()), route!["app"]);
        let mut behind_app = Route::from(asker);
        behind_app.push_front("app");
        for (onward, return_route) in [(&to_asker, &app), (&app, &to_asker), (&behind_app, &app)] {
            let mut encoder = Encoder::default();
            let parts = Parts {
                onward: onward.hops(),
                return_route,
                ..Parts::default()
            };
            encoder.append(&mut Vec::new(), &parts).unwrap();
            assert!(encoder.onward.is_empty() && encoder.return_route.is_empty());
        }
    }

    #[test]
    fn a_reused_envelope_changes_no_byte() {
        let extensions = [
            None,
            Some(Extension::default()),
            Some(Extension {
                type_name: Some("Deposit"),
                ..Extension::default()
            }),
            Some(Extension {
                type_name: Some("Deposit"),
                shape: Some(7),
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
