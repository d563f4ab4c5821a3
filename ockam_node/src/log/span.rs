//! The span of a worker's method. A subscriber that panics at it ends neither the worker nor the method.

use ockam_core::panics::catch;
use tracing::Span;
use tracing::span::Entered;

/// Creates the span of a worker's method, if it is enabled.
macro_rules! span {
    ($ctx:expr, $name:literal) => {
        match tracing::level_filters::LevelFilter::current() >= tracing::Level::DEBUG {
            true => $crate::log::WorkerSpan::new(|| {
                tracing::enabled!(target: "ockam_node", tracing::Level::DEBUG).then(|| {
                    let address = $ctx.address();
                    tracing::debug_span!(target: "ockam_node", $name, %address)
                })
            }),
            false => None,
        }
    };
}

pub(crate) use span;

/// A span that can be entered.
pub(crate) struct WorkerSpan(Box<Option<Span>>);

impl WorkerSpan {
    /// Creates a span, if the subscriber wants it.
    #[cold]
    pub(crate) fn new(create: impl FnOnce() -> Option<Span>) -> Option<Self> {
        let span = catch(create).ok()??;
        Some(Self(Box::new(Some(span))))
    }

    /// Enters the span until the guard is dropped.
    pub(crate) fn enter(&self) -> InSpan<'_> {
        let span = self.0.as_ref().as_ref();
        InSpan(span.and_then(|span| catch(|| span.enter()).ok()))
    }
}

impl Drop for WorkerSpan {
    fn drop(&mut self) {
        let span = self.0.take();
        let _ = catch(|| drop(span));
    }
}

/// The time within a span.
pub(crate) struct InSpan<'a>(Option<Entered<'a>>);

impl Drop for InSpan<'_> {
    fn drop(&mut self) {
        let entered = self.0.take();
        let _ = catch(|| drop(entered));
    }
}
