mod body;
mod encoded;

use std::any;
use std::fmt;

use ockam_body::{BodyError, BodyType};
use serde_core::ser;

use crate::message::Message;
use crate::panics::catch;

use body::AnyBody;
use encoded::Encoded;

/// A message of any type, not serialised.
///
/// A worker whose `Message` is `Any` takes messages of every type. It can look at a message with
/// [`is`](Self::is) and [`downcast`](Self::downcast), or forward it as it is.
///
/// # Examples
///
/// ```
/// use ockam_core::Any;
///
/// let message = Any::new(7_u64);
/// assert!(message.is::<u64>());
///
/// let message = message.downcast::<String>().expect_err("it is no String");
/// assert_eq!(message.downcast::<u64>().ok(), Some(7));
/// ```
pub struct Any(Content);

enum Content {
    Value(Box<dyn AnyBody>),
    /// A message from another node, which has not been decoded as any type yet.
    Encoded(Encoded),
}

impl Any {
    /// Wraps a message. A message that is an `Any` already is returned as it is.
    ///
    /// # Examples
    ///
    /// ```
    /// use ockam_core::Any;
    ///
    /// let message = Any::new(Any::new(7_u64));
    /// assert!(message.is::<u64>());
    /// ```
    pub fn new<M: Message>(message: M) -> Self {
        cast(message).unwrap_or_else(|message: M| Self(Content::Value(Box::new(message))))
    }

    /// Returns `true` if the message is of type `M`. It is always an `Any`.
    ///
    /// A message from another node carries the name of its type. A message without a name, from
    /// upstream Ockam, is of every type that its bytes can be decoded as.
    ///
    /// # Examples
    ///
    /// ```
    /// use ockam_core::Any;
    ///
    /// let message = Any::new("hello".to_string());
    /// assert!(message.is::<String>());
    /// assert!(!message.is::<u64>());
    /// ```
    pub fn is<M: Message>(&self) -> bool {
        self.downcast_ref::<M>().is_some()
    }

    /// Returns the name of the message's type: the one that [`std::any::type_name`] returns, or the one
    /// that a message from another node carries.
    ///
    /// # Examples
    ///
    /// ```
    /// use ockam_core::Any;
    ///
    /// assert_eq!(Any::new(7_u64).type_name(), "u64");
    /// ```
    pub fn type_name(&self) -> &str {
        match &self.0 {
            Content::Value(body) => body.type_name(),
            Content::Encoded(body) => body.type_name(),
        }
    }

    /// Returns the name of the type of `message`. For an `Any`, it is that of the message inside.
    ///
    /// # Examples
    ///
    /// ```
    /// use ockam_core::Any;
    ///
    /// assert_eq!(Any::type_name_of(&7_u64), "u64");
    /// assert_eq!(Any::type_name_of(&Any::new(7_u64)), "u64");
    /// ```
    pub fn type_name_of<M: Message>(message: &M) -> &str {
        let any = (message as &dyn any::Any).downcast_ref::<Self>();
        any.map_or_else(|| any::type_name::<M>(), Self::type_name)
    }

    /// Returns a reference to the message if it is of type `M`.
    ///
    /// A message from another node that has no type name is borrowed as the first type that is asked
    /// for.
    ///
    /// # Examples
    ///
    /// ```
    /// use ockam_core::Any;
    ///
    /// let message = Any::new(7_u64);
    /// assert_eq!(message.downcast_ref::<u64>(), Some(&7));
    /// assert_eq!(message.downcast_ref::<String>(), None);
    /// ```
    pub fn downcast_ref<M: Message>(&self) -> Option<&M> {
        let same = (self as &dyn any::Any).downcast_ref();
        same.or_else(|| match &self.0 {
            Content::Value(body) => (&**body as &dyn any::Any).downcast_ref(),
            Content::Encoded(body) => body.downcast_ref(),
        })
    }

    /// Returns the message if it is of type `M`.
    ///
    /// # Errors
    ///
    /// Returns `self` if the message is of another type. Every message is an `Any`.
    ///
    /// # Examples
    ///
    /// ```
    /// use ockam_core::Any;
    ///
    /// let message = Any::new(7_u64);
    /// match message.downcast::<u64>() {
    ///     Ok(number) => assert_eq!(number, 7),
    ///     Err(other) => panic!("it is a {}", other.type_name()),
    /// }
    /// ```
    pub fn downcast<M: Message>(self) -> Result<M, Self> {
        let any = match cast::<Self, M>(self) {
            Ok(any) => return Ok(any),
            Err(any) => any,
        };
        match any.0 {
            Content::Value(body) if (&*body as &dyn any::Any).is::<M>() => {
                let message = (body as Box<dyn any::Any>).downcast();
                Ok(*message.expect("it was looked at one line above"))
            }
            Content::Encoded(body) => body.downcast().map_err(|body| Self(Content::Encoded(body))),
            other => Err(Self(other)),
        }
    }
}

impl Message for Any {
    fn write_body(&self, buffer: &mut Vec<u8>) -> Result<(), BodyError> {
        match &self.0 {
            Content::Value(body) => write_caught(&**body, buffer),
            Content::Encoded(body) => {
                buffer.extend_from_slice(body.payload());
                Ok(())
            }
        }
    }

    fn read_body(body: &[u8], sent: BodyType<'_>) -> Result<Self, BodyError> {
        Ok(Self(Content::Encoded(Encoded::new(body, sent))))
    }

    fn body_type(&self) -> BodyType<'_> {
        match &self.0 {
            Content::Value(body) => body.body_type(),
            Content::Encoded(body) => body.body_type(),
        }
    }

    fn goes_on(&self) -> bool {
        matches!(&self.0, Content::Value(body) if body.goes_on())
    }

    fn take_parts(&self) -> Option<Box<dyn any::Any>> {
        match &self.0 {
            Content::Value(body) => body.take_parts(),
            Content::Encoded(_) => None,
        }
    }
}

/// Writes a message whose `Serialize` may panic, which is an error here: whoever passes an [`Any`] on can't
/// know.
fn write_caught(body: &dyn AnyBody, buffer: &mut Vec<u8>) -> Result<(), BodyError> {
    let length = buffer.len();
    catch(|| body.write_body(buffer)).unwrap_or_else(|panic| {
        buffer.truncate(length);
        let why = format!("its `Serialize` panicked: {}", panic.message());
        Err(BodyError::Encode {
            type_name: body.type_name(),
            source: ser::Error::custom(why),
        })
    })
}

/// Prints the name of its type: what is in it may have no text.
impl fmt::Display for Any {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.type_name())
    }
}

impl fmt::Debug for Any {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Any")
            .field(&format_args!("{}", self.type_name()))
            .finish()
    }
}

/// Returns `value` with the static type `U` if that is its type. The compiler removes the test.
pub(crate) fn cast<T: 'static, U: 'static>(value: T) -> Result<U, T> {
    let mut value = Some(value);
    match (&mut value as &mut dyn any::Any).downcast_mut::<Option<U>>() {
        Some(same) => Ok(same.take().expect("it was filled two lines above")),
        None => Err(value.expect("it was not taken")),
    }
}
