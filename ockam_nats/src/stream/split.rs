use std::sync::Arc;

use super::half::Half;
use super::reader::Reader;
use super::writer::Writer;

/// Makes both halves of a stream.
pub(crate) fn split(half: Half) -> (Reader, Writer) {
    let half = Arc::new(half);
    (Reader::new(half.clone()), Writer::new(half))
}
