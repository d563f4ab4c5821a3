use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use ockam_body::BodyType;

use super::ask::Ask;
use crate::address::Address;
use crate::any::Any;
use crate::error::{Error, ErrorKind, Result};
use crate::message::Message;
use crate::parts::{PartSink, Upstream};

/// An asker on another node.
///
/// A transport implements it. The answer goes through the connection by which the question came.
pub trait RemoteAsker: Send + Sync + 'static {
    /// Returns the address of the asker on its node.
    fn address(&self) -> &Address;

    /// Sends the answer.
    ///
    /// # Errors
    ///
    /// Returns the error of the connection.
    fn answer(&self, message: Any) -> Result<()>;

    /// Reports that no answer will come. The kind `NoReply` says that the right to answer was dropped.
    fn fail(&self, error: &Error);

    /// Reports that no answer will come, because the handler of a worker has failed.
    fn fail_handler(&self, worker: &Address, error: &Error);

    /// Returns how long the asker will still wait.
    fn remaining(&self) -> Duration;
}

pub(super) struct RemoteAsk<A> {
    rights: AtomicUsize,
    has_ended: AtomicBool,
    asker: A,
}

impl<A: RemoteAsker> RemoteAsk<A> {
    pub(super) fn new(asker: A) -> Self {
        Self {
            rights: AtomicUsize::new(1),
            has_ended: AtomicBool::new(false),
            asker,
        }
    }

    /// Ends the ask. Returns `true` if it had not ended before.
    fn end(&self) -> bool {
        !self.has_ended.swap(true, Ordering::AcqRel)
    }
}

/// Opens an ask again when it is dropped.
struct Reopened<'a>(&'a AtomicBool);

impl Drop for Reopened<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}

impl<A: RemoteAsker> Ask for RemoteAsk<A> {
    fn add_right(&self) {
        self.rights.fetch_add(1, Ordering::Relaxed);
    }

    fn drop_right(&self) {
        // Release and Acquire: the thread that drops the last right sees what the others did with the
        // ask.
        if self.rights.fetch_sub(1, Ordering::AcqRel) == 1 && self.end() {
            let why = "the question was dropped unanswered";
            self.asker.fail(&Error::new(ErrorKind::NoReply, why));
        }
    }

    fn address(&self) -> &Address {
        self.asker.address()
    }

    fn answer_any(&self, message: Any) -> Result<()> {
        if !self.end() {
            let why = "the question has been answered already";
            let error = Error::new(ErrorKind::NoRoute, why).of_answer();
            return Err(error.with_undelivered(message));
        }
        // If the answer was not sent, the ask stays open, also if the `Serialize` of the answer
        // panicked.
        let open = Reopened(&self.has_ended);
        let answered = self.asker.answer(message);
        if answered.is_ok() {
            std::mem::forget(open);
        }
        answered.map_err(Error::of_answer)
    }

    fn answer_body(&self, body: &[u8], sent: BodyType<'_>) -> Result<()> {
        self.answer_any(Any::read_body(body, sent)?)
    }

    fn fail(&self, error: Error) -> Result<()> {
        if !self.end() {
            return Err(error);
        }
        self.asker.fail(&error);
        Ok(())
    }

    fn fail_handler(&self, worker: &Address, error: Error) -> Result<()> {
        if !self.end() {
            return Err(error);
        }
        self.asker.fail_handler(worker, &error);
        Ok(())
    }

    fn remaining(&self) -> Duration {
        self.asker.remaining()
    }

    fn has_ended(&self) -> bool {
        self.has_ended.load(Ordering::Acquire)
    }

    fn set_answered(&self) {
        self.has_ended.store(true, Ordering::Release);
    }

    fn begin_parts(&self, _: Arc<dyn Upstream>) -> Result<Arc<dyn PartSink>> {
        let why = "the parts of an answer are read on the node of the asker";
        Err(Error::new(ErrorKind::InvalidInput, why))
    }
}
