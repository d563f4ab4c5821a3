use super::{Address, TransportType};

impl From<&str> for Address {
    #[inline(always)]
    fn from(value: &str) -> Self {
        Self::local(value)
    }
}

impl From<String> for Address {
    fn from(value: String) -> Self {
        Self::local(value)
    }
}

/// Creates an address of another network: `(TCP, "10.0.0.1:4000")`.
impl From<(TransportType, &str)> for Address {
    fn from((transport, value): (TransportType, &str)) -> Self {
        Self::new(transport, value)
    }
}

/// Creates an address of another network.
impl From<(TransportType, String)> for Address {
    fn from((transport, value): (TransportType, String)) -> Self {
        Self::new(transport, value)
    }
}

impl From<&String> for Address {
    fn from(value: &String) -> Self {
        Self::local(value)
    }
}

impl From<&Address> for Address {
    #[inline]
    fn from(address: &Address) -> Self {
        address.clone()
    }
}

/// Compares with the address that `From<&str>` makes: that of a worker on the same node.
impl PartialEq<str> for Address {
    fn eq(&self, name: &str) -> bool {
        self.is_local() && self.value() == name.as_bytes()
    }
}

/// Compares with the address that `From<&str>` makes: that of a worker on the same node.
impl PartialEq<&str> for Address {
    fn eq(&self, name: &&str) -> bool {
        *self == **name
    }
}
