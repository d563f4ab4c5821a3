mod body;
mod encoded;

use std::any;
use std::borrow::Cow;
use std::fmt;

use ockam_body::BodyError;
use serde_core::ser;

use crate::message::Message;
use crate::panics::catch;

use body::AnyBody;
use encoded::Encoded;

/// A message of any type, still unserialised.
///
/// A worker whose `Message` is `Any` takes whatever it is sent: it looks into the message with
/// [`is`](Self::is) and [`downcast`](Self::downcast), or passes it on unseen.
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
    /// It came from another node, and nobody has said yet what type it is taken for.
    Encoded(Encoded),
}

impl Any {
    /// Wraps a message. An `Any` is not wrapped again.
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

    /// Tells whether the message is of type `M`. As an `Any`, it always is.
    ///
    /// What came from another node is of the type that its name says; what came without a name, from
    /// upstream Ockam, is of every type that its bytes can be read as.
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

    /// Returns the name of the message's type, as [`std::any::type_name`] writes it, or the name that
    /// came along from another node.
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

    /// Returns the name of the type of `message`, or of the one that is in it if it is an `Any`.
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

    /// Borrows the message, if it is of type `M`.
    ///
    /// A message without a name from another node is borrowed as the type that is asked for first.
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

    /// Takes the message out.
    ///
    /// # Errors
    ///
    /// Gives itself back if the message is of another type. As an `Any`, every message can be
    /// taken out.
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

    fn read_body(body: &[u8], type_name: Option<&str>) -> Result<Self, BodyError> {
        Ok(Self(Content::Encoded(Encoded::new(body, type_name))))
    }

    fn wire_name(&self) -> Option<Cow<'_, str>> {
        match &self.0 {
            Content::Value(body) => catch(|| body.wire_name()).ok().flatten(),
            Content::Encoded(body) => body.wire_name().map(Cow::Borrowed),
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

impl fmt::Debug for Any {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Any")
            .field(&format_args!("{}", self.type_name()))
            .finish()
    }
}

/// Gives `value` another static type, if it is that type. The compiler removes the test.
pub(crate) fn cast<T: 'static, U: 'static>(value: T) -> Result<U, T> {
    let mut value = Some(value);
    match (&mut value as &mut dyn any::Any).downcast_mut::<Option<U>>() {
        Some(same) => Ok(same.take().expect("it was filled two lines above")),
        None => Err(value.expect("it was not taken")),
    }
}
