use std::any::Any;
use std::cell::OnceCell;

use crate::message::{Message, UNNAMED};

/// A message from another node, as it was received.
pub(super) struct Encoded {
    payload: Box<[u8]>,
    type_name: Option<Box<str>>,
    /// The decoded message, once it has been borrowed.
    read: OnceCell<Box<dyn Any + Send>>,
}

impl Encoded {
    pub(super) fn new(payload: &[u8], type_name: Option<&str>) -> Self {
        Self {
            payload: payload.into(),
            type_name: type_name.map(Box::from),
            read: OnceCell::new(),
        }
    }

    pub(super) fn payload(&self) -> &[u8] {
        &self.payload
    }

    pub(super) fn wire_name(&self) -> Option<&str> {
        self.type_name.as_deref()
    }

    pub(super) fn type_name(&self) -> &str {
        self.wire_name().unwrap_or(UNNAMED)
    }

    fn read<M: Message>(&self) -> Option<M> {
        M::read_body(&self.payload, self.wire_name()).ok()
    }

    pub(super) fn downcast_ref<M: Message>(&self) -> Option<&M> {
        if let Some(read) = self.read.get() {
            return read.downcast_ref();
        }
        let message = self.read::<M>()?;
        self.read.get_or_init(|| Box::new(message)).downcast_ref()
    }

    pub(super) fn downcast<M: Message>(mut self) -> Result<M, Self> {
        match self.read.take().map(|read| read.downcast::<M>()) {
            Some(Ok(message)) => return Ok(*message),
            Some(Err(other)) => self.read = OnceCell::from(other),
            None => {}
        }
        self.read().ok_or(self)
    }
}
