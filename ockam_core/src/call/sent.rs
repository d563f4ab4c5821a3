use ockam_body::{BodyError, bare};

use crate::message::Message;

/// Writes a call into the body of a message.
pub struct SentCall<'a> {
    buffer: &'a mut Vec<u8>,
}

impl<'a> SentCall<'a> {
    /// Writes the name of the method and the number of its arguments.
    ///
    /// # Errors
    ///
    /// Returns an error if the name can't be written.
    pub fn new(method: &str, arguments: u8, buffer: &'a mut Vec<u8>) -> Result<Self, BodyError> {
        append(&(method, arguments), buffer)?;
        Ok(Self { buffer })
    }

    /// Writes an argument.
    ///
    /// # Errors
    ///
    /// Returns an error if the argument is local-only or can't be encoded.
    pub fn argument<M: Message>(self, argument: &M) -> Result<Self, BodyError> {
        let mut body = Vec::new();
        argument.write_body(&mut body)?;
        append(&(argument.body_type().shape, body), self.buffer)?;
        Ok(self)
    }
}

fn append<T: serde_core::Serialize>(value: &T, buffer: &mut Vec<u8>) -> Result<(), BodyError> {
    let appended = bare::append(value, buffer);
    appended.map_err(|source| BodyError::Encode {
        type_name: "call of a protocol",
        source,
    })
}
