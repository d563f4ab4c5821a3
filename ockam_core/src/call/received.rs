use ockam_body::{BodyError, BodyType, CallError, bare};

use crate::message::{MAX_SHOWN_NAME_BYTES, Message};
use crate::text::Visible;

/// Reads a call out of the body of a message.
pub struct ReceivedCall<'a> {
    protocol: &'static str,
    method: &'a str,
    /// The number of arguments that haven't been read yet, and their bytes.
    left: u8,
    rest: &'a [u8],
}

impl<'a> ReceivedCall<'a> {
    /// Reads the name of the method and the number of its arguments. `sent` is what the sender says of the
    /// body.
    ///
    /// # Errors
    ///
    /// Returns an error if the body is of another type or protocol.
    pub fn new(
        protocol: &'static str,
        body: &'a [u8],
        sent: BodyType<'_>,
    ) -> Result<Self, BodyError> {
        if let Some(name) = sent.name.filter(|name| *name != protocol) {
            return Err(BodyError::OtherType {
                sent: Visible::line(MAX_SHOWN_NAME_BYTES, name),
                takes: protocol.to_owned(),
            });
        }
        match bare::from_prefix(body) {
            Ok(((method, left), rest)) => Ok(Self {
                protocol,
                method,
                left,
                rest,
            }),
            Err(_) => Err(BodyError::Call {
                call: protocol.to_owned(),
                source: CallError::Malformed,
            }),
        }
    }

    /// Returns whether the call is of a method.
    pub fn is_of(&self, method: &str) -> bool {
        self.method == method
    }

    /// Reads the next argument.
    ///
    /// # Errors
    ///
    /// Returns an error if there is none, or if it is of another type.
    pub fn argument<M: Message>(&mut self, name: &'static str) -> Result<M, BodyError> {
        let argument = self.next(name)?;
        argument.ok_or_else(|| self.error(CallError::MissingArgument { argument: name }))
    }

    /// Reads the next argument, or makes one if the caller left it out.
    ///
    /// # Errors
    ///
    /// Returns an error if it is of another type.
    pub fn argument_or<M: Message>(
        &mut self,
        name: &'static str,
        default: fn() -> M,
    ) -> Result<M, BodyError> {
        let argument = self.next(name)?;
        Ok(argument.unwrap_or_else(default))
    }

    /// Makes sure that no argument is left.
    ///
    /// # Errors
    ///
    /// Returns an error if the caller sent more arguments than were read.
    pub fn end(&self) -> Result<(), BodyError> {
        match (self.left, self.rest) {
            (0, []) => Ok(()),
            (0, _) => Err(self.error(CallError::Malformed)),
            (surplus, _) => Err(self.error(CallError::SurplusArguments { surplus })),
        }
    }

    /// Returns the error of a call of a method that the protocol doesn't have.
    pub fn unknown_method(&self) -> BodyError {
        self.error(CallError::UnknownMethod)
    }

    fn next<M: Message>(&mut self, name: &'static str) -> Result<Option<M>, BodyError> {
        if self.left == 0 {
            return Ok(None);
        }
        let read: Result<((Option<u64>, &[u8]), _), _> = bare::from_prefix(self.rest);
        let ((shape, body), rest) = read.map_err(|_| self.error(CallError::Malformed))?;
        (self.left, self.rest) = (self.left - 1, rest);
        let sent = BodyType { name: None, shape };
        M::read_body(body, sent).map(Some).map_err(|source| {
            self.error(CallError::Argument {
                argument: name,
                source: Box::new(source),
            })
        })
    }

    fn error(&self, source: CallError) -> BodyError {
        let Self {
            protocol, method, ..
        } = self;
        BodyError::Call {
            call: Visible::line(MAX_SHOWN_NAME_BYTES, format!("{protocol}::{method}")),
            source,
        }
    }
}
