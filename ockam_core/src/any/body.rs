use std::any::{Any, type_name};

use ockam_body::{BodyError, BodyType};

use crate::message::Message;

/// A message whose type is erased.
pub(super) trait AnyBody: Any + Send {
    fn type_name(&self) -> &'static str;
    fn write_body(&self, buffer: &mut Vec<u8>) -> Result<(), BodyError>;
    fn body_type(&self) -> BodyType<'_>;
}

impl<M: Message> AnyBody for M {
    fn type_name(&self) -> &'static str {
        type_name::<M>()
    }

    fn write_body(&self, buffer: &mut Vec<u8>) -> Result<(), BodyError> {
        Message::write_body(self, buffer)
    }

    fn body_type(&self) -> BodyType<'_> {
        Message::body_type(self)
    }
}
