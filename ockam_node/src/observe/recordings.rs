use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use ockam_core::{Address, Error, ErrorKind, Result};

use super::recorder::Recorder;
use crate::random::HashState;

/// How many addresses may be recorded at a time.
const MAX_RECORDINGS: usize = 256;

/// The addresses of a node whose workers are recorded, as long as somebody has the recording.
#[derive(Default)]
pub(crate) struct Recordings {
    /// Whether there has been one. Whoever starts a worker needs no lock to see that there was none.
    is_any: AtomicBool,
    by_address: Mutex<HashMap<Address, Weak<Recorder>, HashState>>,
}

impl Recordings {
    /// Returns the recorder of an address, and makes one if there is none.
    ///
    /// # Errors
    ///
    /// `InvalidInput` if there are too many.
    pub(crate) fn begin(&self, address: &Address) -> Result<Arc<Recorder>> {
        self.is_any.store(true, Ordering::Relaxed);
        let mut all = self.lock();
        if let Some(recorder) = all.get(address).and_then(Weak::upgrade) {
            return Ok(recorder);
        }
        if all.len() >= MAX_RECORDINGS {
            all.retain(|_, recorder| recorder.strong_count() > 0);
        }
        if all.len() >= MAX_RECORDINGS {
            let why = format!("{address} can't be recorded: {MAX_RECORDINGS} others are");
            return Err(Error::new(ErrorKind::InvalidInput, why));
        }
        let recorder = Arc::new(Recorder::new(address.clone()));
        all.insert(address.clone(), Arc::downgrade(&recorder));
        Ok(recorder)
    }

    /// Returns the recorder of one of the addresses of a worker that starts.
    #[inline]
    pub(crate) fn of(&self, addresses: &[Address]) -> Option<Arc<Recorder>> {
        match self.is_any.load(Ordering::Relaxed) {
            true => self.find(addresses),
            false => None,
        }
    }

    #[cold]
    fn find(&self, addresses: &[Address]) -> Option<Arc<Recorder>> {
        let all = self.lock();
        let mut recorders = addresses.iter().filter_map(|it| all.get(it));
        recorders.find_map(Weak::upgrade)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Address, Weak<Recorder>, HashState>> {
        self.by_address
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}
