use tokio::task::AbortHandle;

/// A worker that has been initialised, and that nothing has come for so far.
///
/// It takes up no task: its relay waits in its [`Life`](crate::life::Life) for the first message. The task is
/// most of what a start and a stop cost.
pub(crate) trait Resting: Send {
    /// Tells whether no code of the user is to run before the worker is dropped.
    fn may_end(&self) -> bool;

    /// Runs the worker in a task of its own.
    fn spawn(self: Box<Self>) -> AbortHandle;

    /// Ends a worker that [may end](Self::may_end).
    fn end(self: Box<Self>);
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    use ockam_core::{Address, Addresses, Route, Routed};
    use tokio::runtime::Handle;

    use super::*;
    use crate::failures::Failures;
    use crate::life::Life;
    use crate::mailbox::Mailbox;
    use crate::resident::{Resident, Role, Tenancy};
    use crate::stop::close_or_end;
    use crate::task::spawn;

    /// What became of a worker.
    #[derive(Default)]
    struct Fate {
        ran: AtomicBool,
        ended: AtomicBool,
    }

    impl Fate {
        fn has_run_and_ended(&self) -> (bool, bool) {
            let [ran, ended] = [&self.ran, &self.ended].map(|it| it.load(Ordering::Relaxed));
            (ran, ended)
        }
    }

    /// Notes what becomes of it.
    #[derive(Default)]
    struct Noting {
        fate: Arc<Fate>,
        /// Accepts a message at the very moment when somebody asks whether this may end.
        accepts: Option<Arc<Resident<u64>>>,
    }

    impl Resting for Noting {
        fn may_end(&self) -> bool {
            if let Some(resident) = &self.accepts {
                let pushed = resident.push(None, Routed::new(7, Route::new(), None));
                assert!(pushed.is_ok(), "it is open");
            }
            true
        }

        fn spawn(self: Box<Self>) -> AbortHandle {
            self.fate.ran.store(true, Ordering::Relaxed);
            spawn(&Handle::current(), async {}).abort_handle()
        }

        fn end(self: Box<Self>) {
            self.fate.ended.store(true, Ordering::Relaxed);
        }
    }

    fn resident() -> Arc<Resident<u64>> {
        Arc::new(Resident {
            tenancy: Tenancy {
                id: 1,
                addresses: Addresses::from(Address::from("worker")),
                role: Role::Worker,
                life: Life::new(),
            },
            mailbox: Mailbox::new(1),
            failures: Failures::default(),
        })
    }

    #[tokio::test]
    async fn what_comes_on_the_way_to_its_rest_is_not_missed() {
        let (life, worker) = (Life::new(), Noting::default());
        let fate = worker.fate.clone();
        life.call();
        life.rest(Box::new(worker));
        assert_eq!(fate.has_run_and_ended(), (true, false));
    }

    #[tokio::test]
    async fn it_is_called_once() {
        let (life, worker) = (Life::new(), Noting::default());
        let fate = worker.fate.clone();
        life.rest(Box::new(worker));
        assert_eq!(fate.has_run_and_ended(), (false, false));
        life.call();
        assert_eq!(fate.has_run_and_ended(), (true, false));
        life.call();
    }

    #[tokio::test]
    async fn its_task_is_known_before_whoever_called_it_has_the_handle() {
        let life = Arc::new(Life::new());
        let (called, own) = (life.clone(), life.clone());
        let knows_itself = tokio::spawn(async move {
            own.begin();
            own.is_run_by_this_task()
        });
        assert!(knows_itself.await.unwrap_or(false));
        assert!(!called.is_run_by_this_task());
    }

    #[tokio::test]
    async fn a_stop_ends_it_where_it_rests() {
        let (resident, worker) = (resident(), Noting::default());
        let fate = worker.fate.clone();
        resident.tenancy.life.rest(Box::new(worker));
        assert!(close_or_end(&*resident));
        assert_eq!(fate.has_run_and_ended(), (false, true));
    }

    #[tokio::test]
    async fn a_stop_runs_it_for_what_is_accepted_before_the_mailbox_is_closed() {
        let (resident, fate) = (resident(), Arc::new(Fate::default()));
        resident.tenancy.life.rest(Box::new(Noting {
            fate: fate.clone(),
            accepts: Some(resident.clone()),
        }));
        assert!(!close_or_end(&*resident));
        assert_eq!(fate.has_run_and_ended(), (true, false));
    }
}
