//! Many answers that go on, over one connection, which nobody reads.

use ockam::Result;
use ockam_contract::meter::Usage;
use ockam_contract::target::READ_PARTS;

use crate::besieged::{Besieged, Honest};

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
    // It was 4 KiB, and 2.5 KiB at the other end.
    let of_each = |usage: Usage| (usage.peak - before.peak) / UNREAD;
    assert!(of_each(at_node) < 8 * 1024, "{before:?} {at_node:?}");
    assert!(of_each(at_readers) < 8 * 1024, "{before:?} {at_readers:?}");
    // Others are served, also when all of these end at once.
    let honest = Honest::client(&node.address).await?;
    honest.is_served().await?;
    readers.vanish();
    honest.is_served().await?;
    honest.stop().await?;
    node.stop();
    Ok(())
}
