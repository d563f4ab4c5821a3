use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use futures_util::StreamExt as _;
use ockam_core::{Address, Error, ErrorKind, Result, TransportType};
use ockam_node::transport::{LinkGuard, Transport};
use tokio::task::AbortHandle;

use super::link::GroupLink;
use crate::bus::Bus;
use crate::lock::lock;
use crate::subjects::check_name;

/// The type of the addresses of groups on the bus: `79#squarers`.
pub(crate) const GROUP: TransportType = TransportType::new(79);

/// What stands in front of the name of a group in the address of all its members: `79#*squarers`.
pub(crate) const ALL: char = '*';

/// How many groups a node may send to.
const MAX_GROUPS: usize = 4096;

/// The groups that this node sends to. It also says goodbye when the node stops, behind the last message of its
/// connections.
pub(crate) struct Groups {
    bus: Arc<Bus>,
    links: Mutex<HashMap<String, LinkGuard>>,
}

impl Groups {
    pub(crate) fn new(bus: &Arc<Bus>) -> Self {
        Self {
            bus: bus.clone(),
            links: Mutex::default(),
        }
    }
}

#[async_trait]
impl Transport for Groups {
    fn address_type(&self) -> Option<TransportType> {
        Some(GROUP)
    }

    fn dial(&self, address: &Address) -> Result<()> {
        let value = String::from_utf8_lossy(address.value());
        let (name, is_for_all) = match value.strip_prefix(ALL) {
            Some(name) => (name, true),
            None => (&*value, false),
        };
        check_name("group", name)?;
        let mut links = lock(&self.links);
        if links.len() >= MAX_GROUPS {
            let why = format!("{address}: a node sends to {MAX_GROUPS} groups on the bus at most");
            return Err(Error::new(ErrorKind::InvalidInput, why));
        }
        let link = Arc::new(GroupLink::new(&self.bus, name, is_for_all));
        match self.bus.gateway.attach(address, link) {
            Ok(guard) => drop(links.insert(value.into_owned(), guard)),
            // Another sender has dialled it at the same moment.
            Err(error) if error.kind() == ErrorKind::AddressTaken => {}
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// The node leaves its groups, so that what comes from now on goes to other nodes.
    fn stop_listening(&self) {
        self.bus.own.stop();
    }

    async fn flush(&self) {
        let links = std::mem::take(&mut *lock(&self.links));
        drop(links);
        self.bus.leave().await;
    }

    fn abandon(&self) {
        let links = std::mem::take(&mut *lock(&self.links));
        drop(links);
    }
}

/// Answers those who ask who serves a group, until the task is aborted.
///
/// # Errors
///
/// `NoRoute` if the server doesn't answer.
pub(crate) async fn serve(bus: &Arc<Bus>, group: &str) -> Result<AbortHandle> {
    let mut questions = bus.subscribe(bus.subjects.group(group)).await?;
    let (mine, group) = (bus.clone(), group.to_owned());
    let task = bus.gateway.spawn(async move {
        while let Some(question) = questions.next().await {
            let Some(reply) = question.reply else {
                continue;
            };
            let Ok(tenure) = mine.tenure() else { continue };
            if mine.own.serves(&group) && mine.is_stream(&reply) {
                // Whoever asks gives up by itself.
                let _ = mine.client.publish(reply, mine.card(&tenure, false)).await;
            }
        }
    });
    Ok(task.abort_handle())
}
