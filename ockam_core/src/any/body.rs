use std::any::{Any, type_name};
use std::borrow::Cow;

use ockam_body::BodyError;

use crate::message::Message;

/// A message whose type is erased.
pub(super) trait AnyBody: Any + Send {
    fn type_name(&self) -> &'static str;
    fn write_body(&self, buffer: &mut Vec<u8>) -> Result<(), BodyError>;
    fn wire_name(&self) -> Option<Cow<'_, str>>;
}

impl<M: Message> AnyBody for M {
    fn type_name(&self) -> &'static str {
        type_name::<M>()
    }

    fn write_body(&self, buffer: &mut Vec<u8>) -> Result<(), BodyError> {
        Message::write_body(self, buffer)
    }

    fn wire_name(&self) -> Option<Cow<'_, str>> {
        Message::wire_name(self)
    }
}
