use std::any::{Any, type_name};

use ockam_body::{BodyError, BodyType};

use crate::message::Message;

/// A message whose type is erased.
pub(super) trait AnyBody: Any + Send {
    fn type_name(&self) -> &'static str;
    fn write_body(&self, buffer: &mut Vec<u8>) -> Result<(), BodyError>;
    fn body_type(&self) -> BodyType<'_>;
    fn goes_on(&self) -> bool;
    fn take_parts(&self) -> Option<Box<dyn Any>>;
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

    fn goes_on(&self) -> bool {
        Message::goes_on(self)
    }

    fn take_parts(&self) -> Option<Box<dyn Any>> {
        Message::take_parts(self)
    }
}
