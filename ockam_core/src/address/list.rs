use super::Address;

/// The addresses of one worker.
///
/// `start_worker` takes anything that converts into this: one address, or a vector or an array of
/// addresses.
///
/// # Examples
///
/// ```
/// use ockam_core::Addresses;
///
/// let one = Addresses::from("echoer");
/// let two = Addresses::from(vec!["echoer", "parrot"]);
/// assert_eq!((one.as_slice().len(), two.as_slice().len()), (1, 2));
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Addresses(List);

/// Most workers have one address, which is stored without a vector.
#[derive(Clone, PartialEq, Eq, Debug)]
enum List {
    One(Address),
    Many(Box<[Address]>),
}

impl Addresses {
    /// Returns the addresses, in the order in which they were given.
    ///
    /// # Examples
    ///
    /// ```
    /// use ockam_core::{Address, Addresses};
    ///
    /// let addresses = Addresses::from(["echoer", "parrot"]);
    /// assert_eq!(addresses.as_slice(), [Address::from("echoer"), Address::from("parrot")]);
    /// ```
    pub fn as_slice(&self) -> &[Address] {
        match &self.0 {
            List::One(address) => std::slice::from_ref(address),
            List::Many(addresses) => addresses,
        }
    }
}

impl<A: Into<Address>> From<A> for Addresses {
    fn from(address: A) -> Self {
        Self(List::One(address.into()))
    }
}

impl<A: Into<Address>> From<Vec<A>> for Addresses {
    fn from(addresses: Vec<A>) -> Self {
        addresses.into_iter().collect()
    }
}

impl<A: Into<Address>, const N: usize> From<[A; N]> for Addresses {
    fn from(addresses: [A; N]) -> Self {
        addresses.into_iter().collect()
    }
}

impl<A: Into<Address>> FromIterator<A> for Addresses {
    fn from_iter<I: IntoIterator<Item = A>>(addresses: I) -> Self {
        Self(List::Many(addresses.into_iter().map(Into::into).collect()))
    }
}
