use std::time::Duration;

use async_nats::Client;
use async_nats::jetstream;
use async_nats::jetstream::context::KeyValueErrorKind;
use async_nats::jetstream::kv::{Config, CreateErrorKind, Operation, Store, UpdateErrorKind};
use ockam_core::{Error, ErrorKind, Result};

use super::entry::Holder;

/// The bucket of the names of all nodes behind one prefix.
#[derive(Clone, Debug)]
pub(crate) struct Bucket {
    store: Store,
    lease: Duration,
}

/// What became of an attempt to take or to renew a name.
#[derive(Debug)]
pub(crate) enum Taken {
    /// The name is ours, from this revision of the entry on.
    Ours(u64),
    /// It is another's, or was so.
    Others,
}

impl Bucket {
    /// Opens the bucket, and creates it if there is none.
    ///
    /// # Errors
    ///
    /// `InvalidInput` if it has another lease than is wanted, and `NoRoute` if the server has none.
    pub(crate) async fn open(
        client: &Client,
        prefix: &str,
        lease: Duration,
        is_wanted: bool,
        replicas: usize,
    ) -> Result<Self> {
        let mut context = jetstream::new(client.clone());
        context.set_timeout(lease.min(Duration::from_secs(5)));
        let name = format!("{}-names", prefix.replace('.', "-"));
        let store = match context.get_key_value(&name).await {
            Ok(store) => store,
            Err(error) if error.kind() == KeyValueErrorKind::GetBucket => {
                create(&context, &name, lease, replicas).await?
            }
            Err(error) => return Err(failed(&name, &error)),
        };
        let status = store
            .status()
            .await
            .map_err(|error| failed(&name, &error))?;
        let found = status.max_age();
        if found.is_zero() || (is_wanted && found != lease) {
            let why =
                format!("in the bucket `{name}` on the server a lease is {found:?}, not {lease:?}");
            return Err(Error::new(ErrorKind::InvalidInput, why));
        }
        let lease = found;
        Ok(Self { store, lease })
    }

    /// Returns how long a name is kept for a node that is not heard of.
    pub(crate) fn lease(&self) -> Duration {
        self.lease
    }

    /// Takes a name that nobody has.
    pub(crate) async fn take(&self, name: &str, holder: &Holder) -> Result<Taken> {
        match self.store.create(name, holder.encode()).await {
            Ok(revision) => Ok(Taken::Ours(revision)),
            Err(error) if error.kind() == CreateErrorKind::AlreadyExists => Ok(Taken::Others),
            Err(error) => Err(failed(name, &error)),
        }
    }

    /// Takes a name for another lease.
    pub(crate) async fn renew(&self, name: &str, holder: &Holder, revision: u64) -> Result<Taken> {
        let renewed = self.store.update(name, holder.encode(), revision).await;
        match renewed {
            Ok(revision) => Ok(Taken::Ours(revision)),
            Err(error) if error.kind() == UpdateErrorKind::WrongLastRevision => Ok(Taken::Others),
            Err(error) => Err(failed(name, &error)),
        }
    }

    /// Returns who has a name, and the revision of the entry.
    pub(crate) async fn holder(&self, name: &str) -> Result<Option<(Holder, u64)>> {
        let entry = self.store.entry(name).await;
        let entry = entry.map_err(|error| failed(name, &error))?;
        let entry = entry.filter(|entry| entry.operation == Operation::Put);
        Ok(entry.map(|entry| (Holder::decode(&entry.value), entry.revision)))
    }

    /// Gives a name back, if it is ours still.
    pub(crate) async fn give_back(&self, name: &str, revision: u64) -> Result<()> {
        let purged = self.store.purge_expect_revision(name, Some(revision)).await;
        purged.map_err(|error| failed(name, &error))
    }
}

async fn create(
    context: &jetstream::Context,
    name: &str,
    lease: Duration,
    replicas: usize,
) -> Result<Store> {
    let config = Config {
        bucket: name.to_owned(),
        description: "The names of the nodes of the ockam framework".to_owned(),
        max_value_size: 1024,
        history: 1,
        max_age: lease,
        num_replicas: replicas,
        ..Config::default()
    };
    match context.create_key_value(config).await {
        Ok(store) => Ok(store),
        // Another node may have created it at the same moment, with other settings.
        Err(error) => match context.get_key_value(name).await {
            Ok(store) => Ok(store),
            Err(_) => Err(failed(name, &error)),
        },
    }
}

fn failed(name: &str, error: &dyn std::error::Error) -> Error {
    let why = format!("the names on the server (`{name}`): {error}");
    Error::new(ErrorKind::NoRoute, why)
}
