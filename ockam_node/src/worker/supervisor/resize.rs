use std::sync::Arc;

use ockam_core::{Address, Error, ErrorKind, Result};

use super::tree::{Tree, stop_by};
use crate::context::{OnNode, Sender};
use crate::time::clock;
use crate::worker::siblings::Place;

/// The largest number of members that a pool can be told to have.
const MAX_MEMBERS: usize = 1 << 20;

impl Tree {
    /// Starts members, or stops the last ones, until there are `wanted`. They are started in the name of the
    /// supervisor.
    ///
    /// # Errors
    ///
    /// Returns the error of the first member that doesn't start. There are fewer then.
    pub(super) async fn resize(&mut self, own: &Sender, wanted: usize) -> Result<()> {
        if wanted > MAX_MEMBERS {
            let why = format!("a pool has {MAX_MEMBERS} members at most, not {wanted}");
            return Err(Error::new(ErrorKind::InvalidInput, why));
        }
        self.members.retain(|_, place| !place.is_over());
        let stays = |place: &&Arc<Place>| place.endpoint().is_some_and(|it| !it.is_stopping());
        let staying: Vec<Arc<Place>> = self.members.values().filter(stays).cloned().collect();
        self.spec.set_wanted(wanted);
        if staying.len() > wanted {
            self.shrink(staying[wanted..].iter().rev().cloned().collect())
                .await;
            return Ok(());
        }
        for _ in staying.len()..wanted {
            self.start_member(own).await?;
        }
        Ok(())
    }

    async fn start_member(&mut self, own: &Sender) -> Result<()> {
        let Some(pool) = self.spec.pool.clone() else {
            let why = format!("{} makes no members", own.address());
            return Err(Error::new(ErrorKind::InvalidInput, why));
        };
        let Some(place) = self.siblings.add(true) else {
            return Err(Self::no_more_members(own.address()));
        };
        let index = self.free_index();
        pool.start(index, own.starter(), place.clone()).await?;
        self.members.insert(index, place);
        Ok(())
    }

    /// Returns the lowest index that no member has. One that still stops has its index, and its address, as long
    /// as it does.
    fn free_index(&self) -> usize {
        let count = self.members.len();
        match self.members.last_key_value() {
            Some((last, _)) if last + 1 > count => {
                let mut taken = self.members.keys().zip(0..);
                let gap = taken.find(|(index, place)| *index != place);
                gap.map_or(count, |(_, place)| place)
            }
            _ => count,
        }
    }

    /// Stops members, and returns when they have ended.
    async fn shrink(&mut self, members: Vec<Arc<Place>>) {
        for place in &members {
            if let (Some(pool), Some(endpoint)) = (&self.spec.pool, place.endpoint()) {
                pool.is_leaving(&**endpoint);
                place.end();
                endpoint.registration().lifecycle.request_stop();
                endpoint.stop();
            }
        }
        if let Some(node) = &self.node {
            let deadline = clock::after(node.settings.stop_timeout);
            stop_by(node.runtime.clone(), deadline, members).await;
        }
        self.members.retain(|_, place| !place.is_over());
    }

    /// Creates the error of a pool that stops.
    #[cold]
    pub(super) fn no_more_members(pool: &Address) -> Error {
        let why = format!("{pool} stops and starts no members");
        Error::new(ErrorKind::Stopped, why)
    }
}
