use ockam_core::Address;

/// Returns about how many bytes of memory some addresses take. Peers choose how many there are, and
/// how long they are.
pub(crate) fn address_bytes<'a>(addresses: impl IntoIterator<Item = &'a Address>) -> usize {
    let each = |address: &Address| size_of::<Address>() + address.value().len();
    addresses.into_iter().map(each).sum()
}
