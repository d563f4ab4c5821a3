use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::clock::Moment;
use crate::lock::lock;

/// Whether one incarnation of a node holds its name now.
///
/// It is true until a time that this machine's clocks tell, and the server gives the name to nobody else before
/// that. So a node that was paused finds out at its next look, whether it hears from the server or not.
#[derive(Clone)]
pub(crate) struct Tenure(Arc<Inner>);

struct Inner {
    incarnation: u64,
    lasts: Duration,
    /// When the last renewal that the server has taken was sent, or `None` when it is over.
    renewed: Mutex<Option<Moment>>,
}

impl Tenure {
    /// Begins with a renewal that was sent at a moment, each of which is good for a time.
    pub(crate) fn new(incarnation: u64, renewed: Moment, lasts: Duration) -> Self {
        let renewed = Mutex::new(Some(renewed));
        Self(Arc::new(Inner {
            incarnation,
            lasts,
            renewed,
        }))
    }

    /// Returns the number of this incarnation of the node. Later ones have greater numbers.
    pub(crate) fn incarnation(&self) -> u64 {
        self.0.incarnation
    }

    /// Tells whether the name is held now. Once it is not, it never is again.
    pub(crate) fn is_held(&self) -> bool {
        let mut renewed = lock(&self.0.renewed);
        let is_held = renewed.is_some_and(|renewed| renewed.age() < self.0.lasts);
        if !is_held {
            *renewed = None;
        }
        is_held
    }

    /// Notes that the server has taken a renewal that was sent at a moment. Returns `false` if that comes too late.
    pub(crate) fn renew(&self, sent: Moment) -> bool {
        if !self.is_held() {
            return false;
        }
        *lock(&self.0.renewed) = Some(sent);
        self.is_held()
    }

    /// Ends it.
    pub(crate) fn end(&self) {
        *lock(&self.0.renewed) = None;
    }
}

impl fmt::Debug for Tenure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Tenure").field(&self.0.incarnation).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::sleep;

    #[tokio::test(start_paused = true)]
    async fn it_is_over_when_it_was_not_renewed_in_time_and_stays_so() {
        let lasts = Duration::from_secs(4);
        let tenure = Tenure::new(3, Moment::now(), lasts);
        sleep(Duration::from_secs(3)).await;
        assert!(tenure.is_held());
        let sent = Moment::now();
        sleep(Duration::from_millis(500)).await;
        assert!(tenure.renew(sent));
        sleep(Duration::from_millis(3499)).await;
        assert!(tenure.is_held());
        sleep(Duration::from_millis(2)).await;
        assert!(
            !tenure.is_held(),
            "it counts from the sending of the renewal"
        );
        assert!(
            !tenure.renew(Moment::now()),
            "somebody else may have had it"
        );
        assert!(!tenure.is_held());
    }

    #[tokio::test(start_paused = true)]
    async fn a_renewal_that_is_answered_too_late_is_none() {
        let tenure = Tenure::new(3, Moment::now(), Duration::from_secs(4));
        sleep(Duration::from_secs(1)).await;
        let sent = Moment::now();
        sleep(Duration::from_secs(4)).await;
        assert!(!tenure.renew(sent));
    }
}
