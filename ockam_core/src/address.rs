mod convert;
mod list;
mod serial;
mod short;
mod text;
mod transport_type;

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

pub use list::Addresses;
use short::Short;
pub use text::ParseAddressError;
pub use transport_type::TransportType;

/// The name of a worker: a transport type and a value of any bytes.
///
/// `From<&str>` and `From<String>` create a local address and take the text verbatim: `"1#x"` becomes a
/// local worker named `1#x`. Only [`str::parse`] reads the text form `type#value`, which `Display`
/// writes. A value of up to 21 bytes is stored inline. A longer one is shared by the clones of the
/// address.
///
/// # Examples
///
/// ```
/// use ockam_core::{Address, TransportType};
///
/// let local = Address::from("echoer");
/// assert!(local.is_local());
///
/// let remote: Address = "1#127.0.0.1:4000".parse()?;
/// assert_eq!(remote, Address::new(TransportType::TCP, "127.0.0.1:4000"));
/// # Ok::<(), ockam_core::ParseAddressError>(())
/// ```
#[derive(Clone)]
pub struct Address(Repr);

#[derive(Clone)]
enum Repr {
    Inline {
        transport: TransportType,
        short: Short,
    },
    Shared {
        transport: TransportType,
        value: Arc<[u8]>,
    },
}

impl Address {
    /// Creates the address `value` in the network `transport`.
    ///
    /// # Examples
    ///
    /// ```
    /// use ockam_core::{Address, TransportType};
    ///
    /// let server = Address::new(TransportType::TCP, "127.0.0.1:4000");
    /// assert_eq!(server.to_string(), "1#127.0.0.1:4000");
    /// ```
    #[inline(always)]
    pub fn new(transport: TransportType, value: impl AsRef<[u8]>) -> Self {
        let value = value.as_ref();
        if value.len() > short::MAX_BYTES {
            let value = share(value);
            return Self(Repr::Shared { transport, value });
        }
        Self(Repr::Inline {
            transport,
            short: Short::new(value),
        })
    }

    /// Creates the address of the worker `value` on the same node.
    ///
    /// # Examples
    ///
    /// ```
    /// use ockam_core::Address;
    ///
    /// assert_eq!(Address::local("echoer"), Address::from("echoer"));
    /// assert_eq!(Address::local([0xff, 0x61]).to_string(), r"0#\xffa");
    /// ```
    #[inline(always)]
    pub fn local(value: impl AsRef<[u8]>) -> Self {
        Self::new(TransportType::LOCAL, value)
    }

    /// Returns the network that this address belongs to.
    ///
    /// # Examples
    ///
    /// ```
    /// use ockam_core::{Address, TransportType};
    ///
    /// assert_eq!(Address::from("echoer").transport(), TransportType::LOCAL);
    /// ```
    pub fn transport(&self) -> TransportType {
        match &self.0 {
            Repr::Inline { transport, .. } | Repr::Shared { transport, .. } => *transport,
        }
    }

    /// Returns the value, without the transport type.
    ///
    /// # Examples
    ///
    /// ```
    /// use ockam_core::{Address, TransportType};
    ///
    /// let server = Address::new(TransportType::TCP, "127.0.0.1:4000");
    /// assert_eq!(server.value(), b"127.0.0.1:4000");
    /// ```
    pub fn value(&self) -> &[u8] {
        match &self.0 {
            Repr::Inline { short, .. } => short.as_slice(),
            Repr::Shared { value, .. } => value,
        }
    }

    /// Returns `true` if this is the address of a worker on the same node.
    ///
    /// # Examples
    ///
    /// ```
    /// use ockam_core::{Address, TransportType};
    ///
    /// assert!(Address::from("1#127.0.0.1:4000").is_local()); // taken verbatim, and not parsed
    /// assert!(!Address::new(TransportType::TCP, "127.0.0.1:4000").is_local());
    /// ```
    pub fn is_local(&self) -> bool {
        self.transport() == TransportType::LOCAL
    }

    /// Returns `true` if dropping the address frees nothing.
    #[inline(always)]
    pub(crate) fn owns_nothing(&self) -> bool {
        matches!(self.0, Repr::Inline { .. })
    }

    /// Copies a short address.
    #[inline(always)]
    pub(crate) fn copy_short(&self) -> Option<Self> {
        match self.0 {
            Repr::Inline { transport, short } => Some(Self(Repr::Inline { transport, short })),
            Repr::Shared { .. } => None,
        }
    }

    /// Compares two addresses, at least one of which is shared. It is not inlined, so that two short
    /// addresses are compared without a call. Most addresses are short.
    #[inline(never)]
    fn is_same_value(&self, other: &Self) -> bool {
        self.transport() == other.transport() && self.value() == other.value()
    }
}

/// Copies a long value. It is not inlined because it returns in registers. Inlined, it makes the
/// compiler write every address to memory and read it back.
#[inline(never)]
fn share(value: &[u8]) -> Arc<[u8]> {
    value.into()
}

impl PartialEq for Address {
    #[inline(always)]
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (
                Repr::Inline { transport, short },
                Repr::Inline {
                    transport: other_transport,
                    short: other_short,
                },
            ) => short == other_short && transport == other_transport,
            _ => self.is_same_value(other),
        }
    }
}

impl Eq for Address {}

impl Ord for Address {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.transport(), self.value()).cmp(&(other.transport(), other.value()))
    }
}

impl PartialOrd for Address {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Hash for Address {
    #[inline(always)]
    fn hash<H: Hasher>(&self, state: &mut H) {
        match &self.0 {
            // An inline value and a shared one are never equal, so they may be hashed in different
            // ways.
            Repr::Inline { transport, short } => {
                let [first, second, third] = short.words();
                state.write_u64(first | u64::from(transport.number()) << 48);
                state.write_u64(second);
                state.write_u64(third);
            }
            Repr::Shared { .. } => {
                state.write(self.value());
                state.write_u8(self.transport().number());
            }
        }
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
