use std::any;
use std::sync::Arc;
use std::time::Duration;

use ockam_body::BodyType;

use crate::address::Address;
use crate::any::Any;
use crate::error::{Error, Result};
use crate::parts::{PartSink, Upstream};

/// An ask on this node or another one, with the type of its answer erased.
pub(super) trait Ask: any::Any + Send + Sync {
    fn add_right(&self);
    /// Removes one right to answer. The ask ends when the last one is removed.
    fn drop_right(&self);
    /// Returns the address that stands for the asker.
    fn address(&self) -> &Address;
    fn answer_any(&self, message: Any) -> Result<()>;
    fn answer_body(&self, body: &[u8], sent: BodyType<'_>) -> Result<()>;
    fn fail(&self, error: Error) -> Result<()>;
    /// Ends the ask because the handler of a worker has failed.
    fn fail_handler(&self, worker: &Address, error: Error) -> Result<()>;
    fn remaining(&self) -> Duration;
    fn has_ended(&self) -> bool;
    fn set_answered(&self);
    /// Answers with parts that come from another node. Returns where they go.
    fn begin_parts(&self, upstream: Arc<dyn Upstream>) -> Result<Arc<dyn PartSink>>;
}
