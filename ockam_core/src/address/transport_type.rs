/// The kind of network that an [`Address`](super::Address) belongs to.
///
/// A number that has no constant here is valid, too. The transport that registers for it decides what
/// it means.
///
/// # Examples
///
/// ```
/// use ockam_core::{Address, TransportType};
///
/// let address: Address = "1#127.0.0.1:4000".parse()?;
/// assert_eq!(address.transport(), TransportType::TCP);
/// # Ok::<(), ockam_core::ParseAddressError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct TransportType(u8);

impl TransportType {
    /// A worker on the same node.
    pub const LOCAL: Self = Self(0);
    /// A node reached over TCP.
    pub const TCP: Self = Self(1);
    /// A node reached over UDP.
    pub const UDP: Self = Self(2);
    /// A node reached over WebSocket.
    pub const WEB_SOCKET: Self = Self(3);
    /// A node reached over Bluetooth Low Energy.
    pub const BLE: Self = Self(4);
    /// A node reached over a Unix domain socket.
    pub const UNIX_SOCKET: Self = Self(5);

    /// Creates the transport type with the given number.
    ///
    /// # Examples
    ///
    /// ```
    /// use ockam_core::{Address, TransportType};
    ///
    /// let serial_port = TransportType::new(200);
    /// assert_eq!(Address::new(serial_port, "ttyS0").to_string(), "200#ttyS0");
    /// ```
    pub const fn new(number: u8) -> Self {
        Self(number)
    }

    /// Returns the number that stands for this transport in text and on the wire.
    ///
    /// # Examples
    ///
    /// ```
    /// use ockam_core::TransportType;
    ///
    /// assert_eq!(TransportType::UNIX_SOCKET.number(), 5);
    /// ```
    pub const fn number(self) -> u8 {
        self.0
    }
}
