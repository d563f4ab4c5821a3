use std::sync::{Arc, OnceLock};

use crate::ledger::{Ledger, Page};
use crate::payload::Payload;

/// What a worker that is told messages does with them, in every framework: it counts them, and in a
/// ring passes them on. `T` is what the framework sends to.
#[derive(Debug)]
pub struct Station<T> {
    page: Page,
    next: Option<Next<T>>,
}

/// Who comes next in a ring; known when all of it has been started.
pub type Next<T> = Arc<OnceLock<T>>;

impl<T> Station<T> {
    /// Creates the end of a way, which is finished after `quota` messages.
    pub fn end(ledger: &Arc<Ledger>, quota: u64) -> Self {
        let page = Page::new(ledger, quota);
        Self { page, next: None }
    }

    /// Creates a station of a ring, where a message goes on until its number is 0.
    pub fn pass(ledger: &Arc<Ledger>, next: Next<T>) -> Self {
        let page = Page::new(ledger, 0);
        let next = Some(next);
        Self { page, next }
    }

    /// Notes that the worker has been initialised.
    pub fn initialized(&self) {
        self.page.initialized();
    }

    /// Counts a message. Returns what the worker has to pass on, and to whom.
    pub fn take<M: Payload>(&mut self, message: M) -> Option<(&T, M)> {
        let number = message.number();
        self.page.count(number);
        let next = self.next.as_ref()?;
        let Some(left) = number.checked_sub(1) else {
            self.page.token_ended();
            return None;
        };
        let next = next
            .get()
            .expect("the ring is closed before its first message");
        Some((next, message.renumbered(left)))
    }
}

/// What a worker that is asked does, in every framework: it counts, and answers with the question.
#[derive(Debug)]
pub struct Echo {
    page: Page,
}

impl Echo {
    /// Creates an echo whose count is entered into `ledger`.
    pub fn new(ledger: &Arc<Ledger>) -> Self {
        let page = Page::new(ledger, 0);
        Self { page }
    }

    /// Notes that the worker has been initialised.
    pub fn initialized(&self) {
        self.page.initialized();
    }

    /// Counts a question and returns the answer.
    pub fn answer<M: Payload>(&mut self, question: M) -> M {
        self.page.count(question.number());
        question
    }
}

/// What a worker whose life is measured does, in every framework: it counts what it is told. It is as
/// small as a worker that notes its start, its messages and its end can be.
#[derive(Debug)]
pub struct Idler {
    ledger: Arc<Ledger>,
}

impl Idler {
    /// Creates a worker that has nothing to do until it is told something.
    pub fn new(ledger: &Arc<Ledger>) -> Self {
        ledger.enter();
        let ledger = ledger.clone();
        Self { ledger }
    }

    /// Notes that the worker has been initialised.
    pub fn initialized(&self) {
        self.ledger.start_one();
    }

    /// Counts a message that carries `number`.
    pub fn count(&self, number: u64) {
        self.ledger.count_one(number);
    }
}

impl Drop for Idler {
    fn drop(&mut self) {
        self.ledger.leave();
    }
}
