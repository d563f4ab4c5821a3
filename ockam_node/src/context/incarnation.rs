use std::sync::{Arc, OnceLock};

use super::monitors::Monitors;
use super::owned::OwnedWorkers;
use super::timers::Timers;
use super::work::Works;

/// What a context has made that ends with it, and with each restart of its worker.
///
/// Most contexts have nothing of it, so it is allocated at first use.
#[derive(Default)]
pub(crate) struct Incarnation {
    pub(super) timers: Timers,
    pub(super) monitors: Arc<Monitors>,
    pub(super) owned: OnceLock<OwnedWorkers>,
    pub(super) works: Works,
}
