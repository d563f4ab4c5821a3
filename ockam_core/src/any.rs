use std::any;
use std::fmt;

use crate::message::Message;

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
pub struct Any {
    body: Box<dyn any::Any + Send>,
    type_name: &'static str,
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
        cast(message).unwrap_or_else(|message: M| Self {
            type_name: any::type_name::<M>(),
            body: Box::new(message),
        })
    }

    /// Tells whether the message is of type `M`. As an `Any`, it always is.
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

    /// Returns the name of the message's type, as [`std::any::type_name`] writes it.
    ///
    /// # Examples
    ///
    /// ```
    /// use ockam_core::Any;
    ///
    /// assert_eq!(Any::new(7_u64).type_name(), "u64");
    /// ```
    pub fn type_name(&self) -> &'static str {
        self.type_name
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
    pub fn type_name_of<M: Message>(message: &M) -> &'static str {
        let any = (message as &dyn any::Any).downcast_ref::<Self>();
        any.map_or_else(any::type_name::<M>, Self::type_name)
    }

    /// Borrows the message, if it is of type `M`.
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
        same.or_else(|| self.body.downcast_ref())
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
        let type_name = any.type_name;
        match any.body.downcast() {
            Ok(message) => Ok(*message),
            Err(body) => Err(Self { body, type_name }),
        }
    }
}

impl Message for Any {}

impl fmt::Debug for Any {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Any")
            .field(&format_args!("{}", self.type_name))
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
