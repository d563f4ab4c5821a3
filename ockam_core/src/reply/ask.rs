use std::any;
use std::time::Duration;

use crate::address::Address;
use crate::any::Any;
use crate::error::{Error, Result};

/// An ask, whatever the type of its answer, and wherever the asker is.
pub(super) trait Ask: any::Any + Send + Sync {
    fn add_right(&self);
    /// Takes away one right to answer. With the last one, the ask ends.
    fn drop_right(&self);
    /// The address that stands for the asker.
    fn address(&self) -> &Address;
    fn answer_any(&self, message: Any) -> Result<()>;
    fn answer_body(&self, body: &[u8], type_name: Option<&str>) -> Result<()>;
    fn fail(&self, error: Error) -> Result<()>;
    fn remaining(&self) -> Duration;
    fn has_ended(&self) -> bool;
    fn set_answered(&self);
}
