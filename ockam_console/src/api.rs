//! The answers of the API, for clients of this console and for the consoles of other nodes.

use std::time::Duration;

use axum::body::Bytes;
use ockam_node::Recording;
use tokio::sync::watch;

use crate::findings;
use crate::listing;
use crate::metrics;
use crate::recorded;
use crate::snapshot::Shown;

/// What the answers are made of.
pub(crate) struct Seen {
    pub(crate) shown: watch::Receiver<Shown>,
    pub(crate) recordings: Vec<Recording>,
}

/// What can be asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Topic {
    Node,
    Recorded,
    Diagnose,
    Metrics,
}

/// An answer.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Bytes,
}

impl Topic {
    pub(crate) const ALL: [Self; 4] = [Self::Node, Self::Recorded, Self::Diagnose, Self::Metrics];

    pub(crate) fn path(self) -> &'static str {
        match self {
            Self::Node => "/api/node",
            Self::Recorded => "/api/recorded",
            Self::Diagnose => "/diagnose",
            Self::Metrics => "/metrics",
        }
    }

    pub(crate) fn at(path: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.path() == path)
    }

    pub(crate) fn content_type(self) -> &'static str {
        match self {
            Self::Node | Self::Recorded => "application/json",
            Self::Diagnose => "text/plain; charset=utf-8",
            Self::Metrics => "text/plain; version=0.0.4; charset=utf-8",
        }
    }
}

impl Seen {
    /// Answers a question, which may have parameters, as a URI has them behind its `?`.
    pub(crate) fn answer(&self, topic: Topic, query: Option<&str>) -> Answer {
        let shown = self.shown.borrow().clone();
        let body = match topic {
            Topic::Node => listing::json(&shown),
            Topic::Recorded => {
                let json = || recorded::json(&self.recordings);
                shown.written.recorded.get_or_init(json).clone()
            }
            Topic::Metrics => metrics::of(&shown, parameter(query, "workers") == Some("1")),
            Topic::Diagnose => return diagnose(&shown, query),
        };
        Answer { status: 200, body }
    }
}

fn diagnose(shown: &Shown, query: Option<&str>) -> Answer {
    let slow_after = match parameter(query, "slow_ms").map(str::parse) {
        None => shown.slow_after,
        Some(Ok(millis)) => Duration::from_millis(millis),
        Some(Err(_)) => {
            let why = "`slow_ms` is a number of milliseconds\n";
            return Answer {
                status: 400,
                body: Bytes::from_static(why.as_bytes()),
            };
        }
    };
    let findings = findings::of(shown, slow_after);
    Answer {
        status: if findings.is_empty() { 200 } else { 503 },
        body: findings::as_text(&findings).into(),
    }
}

/// Returns a parameter of a request.
fn parameter<'a>(query: Option<&'a str>, name: &str) -> Option<&'a str> {
    let mut parameters = query?.split('&').filter_map(|it| it.split_once('='));
    parameters
        .find(|(it, _)| *it == name)
        .map(|(_, value)| value)
}
