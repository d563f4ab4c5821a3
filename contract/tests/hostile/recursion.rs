//! A message type that contains itself.

use ockam::{Result, route};
use ockam_contract::raw::Raw;

use crate::besieged::Besieged;

#[tokio::test]
async fn a_tree_as_deep_as_a_body_ends_no_process() -> Result<()> {
    let node = Besieged::serving();
    let mut raw = Raw::ours(&node.address).await;
    // Each byte says that there is one branch.
    let tree = vec![1; 1_000_000];
    raw.tell(route!["trees"], route!["raw"], &tree).await;
    raw.tell(route!["trees"], route!["raw"], &[3, 0, 0, 0])
        .await;
    let answer = loop {
        let seen = raw.next().await.expect("the node goes on");
        // The failure of the first one comes before.
        if seen.failure.is_none() {
            break seen.payload;
        }
    };
    assert_eq!(answer, 3_u64.to_le_bytes(), "the second one is answered");
    raw.echo().await;
    node.stop();
    Ok(())
}
