use super::Address;

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
