use std::sync::Arc;

use ockam_core::headers::Headers;
use ockam_core::{Address, DownReason, Error, ErrorKind};

use super::admissions::{Admissions, Known};
use super::allow::Access;
use super::subject::{Resolve, Subject};
use crate::delivery::incoming::Incoming;
use crate::delivery::registration::Registration;
use crate::delivery::watchers::Watch;
use crate::log;
use crate::panics::catch;

/// The rules of a worker for what comes in.
pub(crate) struct Guard {
    rule: Option<Arc<dyn Access>>,
    admissions: Option<Arc<Admissions>>,
    resolve: Arc<dyn Resolve>,
}

/// What the rules say without waiting.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Verdict {
    Allowed,
    Denied,
    /// It is being decided.
    Open,
}

impl Guard {
    pub(crate) fn new(
        rule: Option<Arc<dyn Access>>,
        admissions: Option<Admissions>,
        resolve: Arc<dyn Resolve>,
    ) -> Arc<Self> {
        Arc::new(Self {
            rule,
            admissions: admissions.map(Arc::new),
            resolve,
        })
    }

    /// Ends what is being decided when the worker ends.
    pub(super) fn watch(self: &Arc<Self>, worker: &Registration) {
        if self.admissions.is_some() {
            worker.watchers.add(worker.id, self.clone());
        }
    }

    /// Says whether a message may pass. What isn't known begins to be decided.
    pub(super) fn check(&self, worker: &Registration, headers: &Headers) -> Verdict {
        if headers.source == worker.source() {
            return Verdict::Allowed;
        }
        let subject = Subject::sender(headers, &self.resolve);
        if !self.rule_allows(worker.address(), &subject) {
            return Verdict::Denied;
        }
        let Some(admissions) = &self.admissions else {
            return Verdict::Allowed;
        };
        match admissions.known(subject.key()) {
            Known::Verdict(true) => Verdict::Allowed,
            Known::Verdict(false) => Verdict::Denied,
            Known::Pending(_) => Verdict::Open,
            Known::Nothing => {
                admissions.try_begin(&subject);
                Verdict::Open
            }
        }
    }

    /// Says whether a message may pass, when that is known.
    pub(super) async fn decide(&self, worker: &Registration, headers: &Headers) -> bool {
        if headers.source == worker.source() {
            return true;
        }
        let subject = Subject::sender(headers, &self.resolve);
        if !self.rule_allows(worker.address(), &subject) {
            return false;
        }
        match &self.admissions {
            Some(admissions) => admissions.verdict(&subject).await,
            None => true,
        }
    }

    /// Counts a message from another node that a worker doesn't take, and creates its error: to the other node it
    /// looks as if nobody was there.
    #[cold]
    pub(super) fn refuse(&self, worker: &Registration, message: &Incoming<'_>) -> Error {
        let address = worker.address();
        log::warn(address, format_args!("refused a message from another node"));
        if let Some(from) = message.return_route.first() {
            self.resolve.count_denied(from, address);
        }
        Error::new(
            ErrorKind::UnknownAddress,
            format!("nothing is at {address}"),
        )
    }

    fn rule_allows(&self, worker: &Address, subject: &Subject) -> bool {
        let rule = self.rule.as_ref();
        rule.is_none_or(|rule| allows(&**rule, worker, subject))
    }
}

impl Watch for Guard {
    fn ended(&self, _incarnation: u64, _reason: &DownReason) {
        if let Some(admissions) = &self.admissions {
            admissions.close();
        }
    }

    fn restarted(&self, _incarnation: u64, _reason: &DownReason) -> bool {
        true
    }
}

/// Asks a rule of a worker. One that panics refuses.
pub(crate) fn allows(rule: &dyn Access, worker: &Address, subject: &Subject) -> bool {
    catch(|| rule.allows(subject)).unwrap_or_else(|panic| {
        let why = panic.message();
        log::error(
            worker,
            format_args!("its rule panicked, and refuses: {why}"),
        );
        false
    })
}

/// Creates the error of a message that a worker doesn't take from its sender.
#[cold]
pub(super) fn denied(worker: &Registration) -> Error {
    let why = format!("{} takes no messages from this sender", worker.address());
    Error::new(ErrorKind::Denied, why)
}
