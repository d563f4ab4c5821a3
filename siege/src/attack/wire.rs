//! Peers that speak the protocol and lie.

use ockam::route;
use ockam_contract::raw::{Raw, acknowledgement, text};

/// Sends bodies that are made to cost time or the stack.
pub(crate) async fn long_routes_and_deep_trees(server: String) {
    let mut raw = Raw::ours(&server).await;
    // 16,384 addresses of one byte, and a million branches of which each is the only one.
    let mut route = vec![0x80, 0x80, 0x01];
    route.extend([0, 1, b'a'].repeat(16_384));
    let tree = vec![1; 1_000_000];
    for _ in 0..8 {
        raw.tell(route!["routes"], route!["raw"], &route).await;
        raw.tell(route!["trees"], route!["raw"], &tree).await;
    }
}

/// Reports failures of messages that nobody sent, and acknowledges what never came.
pub(crate) async fn forged_reports(server: String) {
    let mut raw = Raw::ours(&server).await;
    for number in 0..2_000 {
        let name = format!("{number:032x}");
        raw.report(route![name.as_str()], None).await;
        raw.report(route!["echoer", name.as_str()], Some(number))
            .await;
        raw.write_if_open(&acknowledgement(number)).await;
        raw.tell(route!["hop", "secret"], route![], &text("hello"))
            .await;
    }
}
