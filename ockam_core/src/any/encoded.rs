use std::any::Any;
use std::cell::OnceCell;

use ockam_body::BodyType;

use crate::message::{Message, UNNAMED};
use crate::panics::catch;

/// A message from another node, as it was received.
pub(super) struct Encoded {
    payload: Box<[u8]>,
    type_name: Option<Box<str>>,
    shape: Option<u64>,
    /// The decoded message, once it has been borrowed.
    read: OnceCell<Box<dyn Any + Send>>,
}

impl Encoded {
    pub(super) fn new(payload: &[u8], sent: BodyType<'_>) -> Self {
        Self {
            payload: payload.into(),
            type_name: sent.name.map(Box::from),
            shape: sent.shape,
            read: OnceCell::new(),
        }
    }

    pub(super) fn payload(&self) -> &[u8] {
        &self.payload
    }

    pub(super) fn body_type(&self) -> BodyType<'_> {
        BodyType {
            name: self.type_name.as_deref(),
            shape: self.shape,
        }
    }

    pub(super) fn type_name(&self) -> &str {
        self.body_type().name.unwrap_or(UNNAMED)
    }

    /// Reads the message, if it is an `M`. Peers choose the bytes, so a `Deserialize` that panics ends
    /// nobody who only passes them on: it reads nothing.
    fn read<M: Message>(&self) -> Option<M> {
        let read = catch(|| M::read_body(&self.payload, self.body_type()));
        read.ok()?.ok()
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
