use std::any;
use std::fmt;
use std::ops::{Deref, DerefMut};

use ockam_body::{BodyError, BodyType, Shape, decode_body, encode_body};
use serde_core::{Deserialize, Serialize};

use crate::text::Visible;

/// The type name of a body that came without one.
pub(crate) const UNNAMED: &str = "bytes without a name";

/// The bytes of the name of a type from another node that an error shows.
pub(crate) const MAX_SHOWN_NAME_BYTES: usize = 256;

/// A type that can be sent to a worker.
///
/// Every type that is `Serialize + DeserializeOwned + Send + 'static` is a message. Between workers of
/// one node, a message is moved and never serialised.
///
/// Between nodes, a type is known by its [shape](ockam_body::Shape), which is found out by calling its
/// `Deserialize` some times without data, when the first message leaves or comes. A panic in there is caught.
///
/// A type that can't be serialised is **local-only**. The crate that owns the type declares it with an
/// empty impl. A type of another crate is sent in a [`LocalOnly`].
///
/// # Examples
///
/// ```
/// use ockam_core::Message;
///
/// struct Job(Box<dyn FnOnce() + Send>);
///
/// impl Message for Job {}
///
/// fn takes_messages<M: Message>(_: M) {}
/// takes_messages(Job(Box::new(|| println!("at work"))));
/// takes_messages("serialisable as it is".to_string());
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be sent as a message",
    label = "not a message",
    note = "a message owns its data: send a `String` where you have a `&str`, with `.to_string()`",
    note = "derive `serde::Serialize` and `serde::Deserialize` for your own type, or declare that it never leaves the node: `impl ockam::Message for {Self} {{}}`",
    note = "a foreign type that can't be serialised is sent as `ockam::LocalOnly<{Self}>`"
)]
pub trait Message: Send + 'static {
    /// Appends the message to a buffer, as the body of a frame.
    ///
    /// # Errors
    ///
    /// Returns an error if the message is local-only or can't be encoded.
    #[doc(hidden)]
    fn write_body(&self, _buffer: &mut Vec<u8>) -> Result<(), BodyError> {
        let type_name = any::type_name::<Self>();
        Err(BodyError::LocalOnly { type_name })
    }

    /// Decodes a message from the body of a frame, of which its sender has said what type it is.
    ///
    /// # Errors
    ///
    /// Returns an error if the body is of another type.
    #[doc(hidden)]
    fn read_body(_body: &[u8], sent: BodyType<'_>) -> Result<Self, BodyError>
    where
        Self: Sized,
    {
        // A local-only message can't have come from another node.
        Err(BodyError::OtherType {
            sent: Visible::line(MAX_SHOWN_NAME_BYTES, sent.name.unwrap_or(UNNAMED)),
            takes: any::type_name::<Self>().to_owned(),
        })
    }

    /// Returns what the body of the message says of its type.
    #[doc(hidden)]
    fn body_type(&self) -> BodyType<'_> {
        BodyType::default()
    }

    /// Tells whether the message is an answer that goes on.
    #[doc(hidden)]
    fn goes_on(&self) -> bool {
        false
    }

    /// Takes the parts out of an answer that goes on. They are a [`PartSource`](crate::parts::PartSource) in a
    /// box, which is erased because messages know nothing of errors.
    #[doc(hidden)]
    fn take_parts(&self) -> Option<Box<dyn any::Any>> {
        None
    }

    /// Creates an answer that goes on, whose parts come from another node, of an
    /// [`Upstream`](crate::parts::Upstream). Also returns where they go: a [`PartSink`](crate::parts::PartSink).
    /// Both are in an `Arc`, and erased.
    #[doc(hidden)]
    fn from_parts(_upstream: Box<dyn any::Any>) -> Option<(Self, Box<dyn any::Any>)>
    where
        Self: Sized,
    {
        None
    }
}

#[diagnostic::do_not_recommend]
impl<M: Serialize + for<'any> OwnsItsData<'any> + Send + 'static> Message for M {
    fn write_body(&self, buffer: &mut Vec<u8>) -> Result<(), BodyError> {
        encode_body(self, buffer)
    }

    fn read_body(body: &[u8], sent: BodyType<'_>) -> Result<Self, BodyError> {
        Shape::of::<M>().check(sent).map_err(shown)?;
        decode_body(body)
    }

    fn body_type(&self) -> BodyType<'_> {
        Shape::of::<M>().body_type()
    }
}

/// Makes the name that a peer has sent fit for being shown.
#[cold]
fn shown(error: BodyError) -> BodyError {
    match error {
        BodyError::OtherType { sent, takes } => BodyError::OtherType {
            sent: Visible::line(MAX_SHOWN_NAME_BYTES, sent),
            takes,
        },
        other => other,
    }
}

/// The bound of `DeserializeOwned`, under a name that tells a user what is wrong with a `&str`. The
/// compiler names this trait if a type is not a message because of a lifetime.
#[doc(hidden)]
pub trait OwnsItsData<'any>: Deserialize<'any> {}

#[diagnostic::do_not_recommend]
impl<'any, M: Deserialize<'any>> OwnsItsData<'any> for M {}

/// Wraps a value that is not a message itself into a message that never leaves its node.
///
/// # Examples
///
/// ```
/// use std::sync::mpsc::{channel, Sender};
///
/// use ockam_core::LocalOnly;
///
/// let (sender, receiver) = channel();
/// let message: LocalOnly<Sender<u64>> = LocalOnly(sender);
/// message.send(7)?;
/// assert_eq!(receiver.recv()?, 7);
/// # Ok::<(), ockam_core::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct LocalOnly<T>(pub T);

impl<T: Send + 'static> Message for LocalOnly<T> {}

impl<T> Deref for LocalOnly<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> DerefMut for LocalOnly<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

/// The message type of a worker that takes no messages. It has no value.
///
/// # Examples
///
/// ```
/// use ockam_core::{Never, Result, Worker};
///
/// struct Greeter;
///
/// impl Worker for Greeter {
///     type Message = Never;
///     type Context = ();
///
///     async fn initialize(&mut self, _ctx: &mut ()) -> Result<()> {
///         println!("Hello!");
///         Ok(())
///     }
/// }
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Never {}

impl Message for Never {}

impl fmt::Display for Never {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {}
    }
}
