use axum::body::Bytes;
use ockam_node::{RecordedEnd, RecordedMessage, Recording};
use serde::Serialize;

use crate::snapshot::millis;

/// What has been recorded at an address, as `/api/recorded` shows it.
#[derive(Debug, Serialize)]
struct Recorded {
    address: String,
    missed: u64,
    messages: Vec<Message>,
}

#[derive(Debug, Serialize)]
struct Message {
    number: u64,
    from: Option<String>,
    ago_ms: u64,
    waited_ns: Option<u64>,
    took_ns: Option<u64>,
    end: &'static str,
    failure: Option<String>,
}

/// Returns what has been recorded as JSON.
pub(crate) fn json(recordings: &[Recording]) -> Bytes {
    let recorded: Vec<_> = recordings.iter().map(Recorded::of).collect();
    let json = serde_json::to_vec(&recorded).expect("figures and texts are JSON");
    json.into()
}

impl Recorded {
    fn of(recording: &Recording) -> Self {
        let messages = recording.messages().into_iter();
        Self {
            address: recording.address().to_string(),
            missed: recording.missed(),
            messages: messages.map(Message::of).collect(),
        }
    }
}

impl Message {
    fn of(message: RecordedMessage) -> Self {
        let nanos = |time: std::time::Duration| u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        let (end, failure) = match message.end {
            RecordedEnd::InHand => ("in_hand", None),
            RecordedEnd::Handled => ("handled", None),
            RecordedEnd::Failed(why) => ("failed", Some(why)),
            RecordedEnd::Panicked => ("panicked", None),
            RecordedEnd::Dropped => ("dropped", None),
            _ => ("other", None),
        };
        Self {
            number: message.number,
            from: message.from.map(|it| it.to_string()),
            ago_ms: millis(message.ago),
            waited_ns: message.waited.map(nanos),
            took_ns: message.took.map(nanos),
            end,
            failure,
        }
    }
}
