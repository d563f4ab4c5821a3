use std::time::Duration;

use ockam_core::{Error, ErrorKind, Result};

use super::bucket::{Bucket, Taken};
use super::entry::Holder;
use super::tenure::Tenure;
use crate::clock::{Instant, Moment, sleep, timeout};

/// How often a name is renewed in each lease.
const RENEWALS: u32 = 3;

/// How often an attempt is repeated in each lease that the server did not answer, and one to take a name that another
/// node has.
const ATTEMPTS: u32 = 12;

/// The part of a lease that is left out, because the clocks of the server and of this machine differ: a tenth.
const SAFETY: u32 = 10;

/// Has a name, and renews it.
pub(crate) struct Keeper {
    bucket: Bucket,
    name: String,
    holder: Holder,
    /// The entry of the name as it was when this node took or renewed it.
    revision: u64,
}

impl Keeper {
    /// Takes a name. If another node has it, waits for a lease if it is asked to: one that has crashed keeps it no
    /// longer.
    ///
    /// # Errors
    ///
    /// `AddressTaken`, with who has it, and `NoRoute` if the server doesn't answer.
    pub(crate) async fn take(bucket: Bucket, name: &str, waits: bool) -> Result<(Self, Tenure)> {
        let mut keeper = Self {
            bucket,
            name: name.to_owned(),
            holder: Holder::new(),
            revision: 0,
        };
        let lease = keeper.bucket.lease();
        let patience = if waits {
            lease + lease / 2
        } else {
            Duration::ZERO
        };
        let ends = Instant::now() + patience;
        let begun = Moment::now();
        loop {
            let error = match keeper.try_take(begun).await {
                Ok(tenure) => return Ok((keeper, tenure)),
                Err(error) => error,
            };
            if Instant::now() >= ends {
                return Err(error);
            }
            sleep(lease / ATTEMPTS).await;
        }
    }

    /// Takes the name if it is free, or ours after all. `since` is a moment before the first attempt.
    async fn try_take(&mut self, since: Moment) -> Result<Tenure> {
        let sent = Moment::now();
        let taken = self.bucket.take(&self.name, &self.holder).await;
        if let Ok(Taken::Ours(revision)) = taken {
            return self.begin(revision, sent);
        }
        // The answer to an earlier attempt may have been lost.
        match self.bucket.holder(&self.name).await? {
            Some((holder, revision)) if holder == self.holder => self.begin(revision, since),
            Some((holder, _)) => {
                let name = &self.name;
                let why = format!("`{name}` is the name of another node on the bus: {holder}");
                Err(Error::new(ErrorKind::AddressTaken, why))
            }
            None => {
                let name = &self.name;
                let why = format!("`{name}` could not be taken on the bus");
                Err(taken.err().unwrap_or(Error::new(ErrorKind::NoRoute, why)))
            }
        }
    }

    fn begin(&mut self, revision: u64, sent: Moment) -> Result<Tenure> {
        self.revision = revision;
        let lease = self.bucket.lease();
        let tenure = Tenure::new(revision, sent, lease - lease / SAFETY);
        if tenure.is_held() {
            return Ok(tenure);
        }
        let name = &self.name;
        let why = format!("the server took longer than a lease to give out `{name}`");
        Err(Error::new(ErrorKind::TimedOut, why))
    }

    /// Renews the name until that has failed for a whole lease.
    pub(crate) async fn keep(&mut self, tenure: &Tenure) {
        let lease = self.bucket.lease();
        // The first of the attempts whose outcome isn't known.
        let mut in_doubt = None;
        let mut pause = lease / RENEWALS;
        loop {
            sleep(pause).await;
            if !tenure.is_held() {
                return;
            }
            let sent = Moment::now();
            let renewing = self.bucket.renew(&self.name, &self.holder, self.revision);
            let renewed = timeout(lease / RENEWALS, renewing).await;
            pause = lease / ATTEMPTS;
            match renewed {
                Ok(Ok(Taken::Ours(revision))) => {
                    self.revision = revision;
                    if !tenure.renew(sent) {
                        return;
                    }
                    (in_doubt, pause) = (None, lease / RENEWALS);
                }
                Ok(Ok(Taken::Others)) => match self.bucket.holder(&self.name).await {
                    // An attempt in doubt has come through.
                    Ok(Some((holder, revision))) if holder == self.holder => {
                        self.revision = revision;
                        if let Some(sent) = in_doubt.take() {
                            tenure.renew(sent);
                        }
                    }
                    Ok(_) => return tenure.end(),
                    Err(_) => {}
                },
                Ok(Err(_)) | Err(_) => {
                    in_doubt.get_or_insert(sent);
                }
            }
        }
    }

    /// Takes the name again after its lease was over, as a new incarnation.
    ///
    /// # Errors
    ///
    /// `AddressTaken` if another node has it now.
    pub(crate) async fn take_again(&mut self) -> Result<Tenure> {
        let pause = self.bucket.lease() / ATTEMPTS;
        loop {
            match self.try_take_again().await {
                Err(error) if error.kind() != ErrorKind::AddressTaken => {
                    tracing::debug!("{error}");
                    sleep(pause).await;
                }
                taken => return taken,
            }
        }
    }

    async fn try_take_again(&mut self) -> Result<Tenure> {
        let found = self.bucket.holder(&self.name).await?;
        match found {
            // Nobody was there meanwhile. A new entry makes a new incarnation all the same.
            Some((holder, revision)) if holder == self.holder => {
                let sent = Moment::now();
                match self
                    .bucket
                    .renew(&self.name, &self.holder, revision)
                    .await?
                {
                    Taken::Ours(revision) => self.begin(revision, sent),
                    Taken::Others => Err(Error::new(ErrorKind::NoRoute, "the entry has changed")),
                }
            }
            _ => self.try_take(Moment::now()).await,
        }
    }

    /// Makes sure that the server has done all that it was sent before.
    ///
    /// # Errors
    ///
    /// `NoRoute` if it doesn't answer.
    pub(crate) async fn settle(&self) -> Result<()> {
        self.bucket.holder(&self.name).await.map(drop)
    }

    /// Gives the name back.
    pub(crate) async fn give_back(&self) {
        // Otherwise it is free after a lease.
        if let Err(error) = self.bucket.give_back(&self.name, self.revision).await {
            tracing::debug!("{error}");
        }
    }
}
