//! Many answers that go on, over one connection, which nobody reads.

use ockam::Result;
use ockam_contract::target::READ_PARTS;

use crate::besieged::{Besieged, Honest, MIB};

const UNREAD: usize = 10_000;

#[tokio::test]
async fn answers_that_nobody_reads_need_little_memory_at_either_end() -> Result<()> {
    let node = Besieged::serving();
    let before = node.usage();
    // Each of them would yield parts of 256 bytes for ever.
    let readers = Besieged::reading(&node.address, UNREAD);
    assert_eq!(readers.address, "asked");
    // One beside them is read to its end.
    assert_eq!(readers.line(), READ_PARTS.to_string());
    let (at_node, at_readers) = (node.usage(), readers.usage());
    println!("{before:?} {at_node:?} {at_readers:?}");
    let of_each = |more: usize| more / UNREAD;
    assert!(
        of_each(at_node.peak - before.peak) < 16 * 1024,
        "{before:?} {at_node:?}"
    );
    assert!(
        of_each(at_readers.peak - before.peak) < 16 * 1024,
        "{before:?} {at_readers:?}"
    );
    assert!(at_node.peak < 200 * MIB && at_readers.peak < 200 * MIB);
    // Others are served, also when all of these end at once.
    let honest = Honest::client(&node.address).await?;
    honest.is_served().await?;
    readers.stop();
    honest.is_served().await?;
    honest.stop().await?;
    node.stop();
    Ok(())
}
