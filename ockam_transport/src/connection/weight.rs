use ockam_core::Address;

/// Returns what addresses take in memory, more or less: peers choose how many there are, and how long they
/// are.
pub(super) fn weight<'a>(addresses: impl IntoIterator<Item = &'a Address>) -> usize {
    let each = |address: &Address| size_of::<Address>() + address.value().len();
    addresses.into_iter().map(each).sum()
}
