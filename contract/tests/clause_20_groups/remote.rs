//! Other nodes send to a group.

use ockam::{Delivery, ErrorKind, Group, Result, route};
use ockam_contract::connected::pair;
use ockam_contract::eventually::eventually;
use ockam_contract::pace::soon;

use super::{Gate, QUIET};

#[tokio::test]
async fn a_group_is_exposed_by_its_address() -> Result<()> {
    let (server, client, connection) = pair("pool").await?;
    let pool = Group::new("pool", Delivery::round_robin()).members(3, Gate::open().make());
    pool.start(&server).await?;
    let mut who = Vec::new();
    for job in 0..6_u64 {
        who.push(soon(client.ask::<usize>(route![&connection, "pool"], job)).await?);
    }
    assert_eq!(who, [0, 1, 2, 0, 1, 2]);
    // That exposes none of its members.
    let asked = soon(client.ask::<usize>(route![&connection, "pool-0"], 7_u64)).await;
    assert_eq!(asked.unwrap_err().kind(), ErrorKind::UnknownAddress);
    // The failures are those of a worker.
    let asked = soon(client.ask::<usize>(route![&connection, "pool"], false)).await;
    assert_eq!(asked.unwrap_err().kind(), ErrorKind::WrongType);
    soon(client.stop()).await?;
    soon(server.stop()).await
}

#[tokio::test]
async fn each_member_gets_what_comes_from_another_node() -> Result<()> {
    let (server, client, connection) = pair("news").await?;
    Group::<Vec<u8>>::new("news", Delivery::all())
        .start(&server)
        .await?;
    let (mut left, mut right) = (server.open("left")?, server.open("right")?);
    left.join("news").await?;
    right.join("news").await?;
    // Large ones count as long as a copy is left.
    for size in [1_u8, 2, 3].into_iter().chain([4; 40]) {
        let bytes = vec![size; usize::from(size) * 10_000];
        soon(client.send_message(route![&connection, "news"], bytes)).await?;
    }
    for reader in [&mut left, &mut right] {
        for size in [1_u8, 2, 3].into_iter().chain([4; 40]) {
            let got = soon(reader.receive::<Vec<u8>>()).await?;
            assert_eq!(got.len(), usize::from(size) * 10_000);
        }
    }
    let asked = soon(client.ask::<u64>(route![&connection, "news"], vec![7_u8])).await;
    assert_eq!(asked.unwrap_err().kind(), ErrorKind::InvalidInput);
    soon(client.stop()).await?;
    soon(server.stop()).await
}

#[tokio::test]
async fn what_finds_no_room_waits_in_order() -> Result<()> {
    for delivery in [
        Delivery::round_robin(),
        Delivery::least_loaded(),
        Delivery::by_key(|_| ()),
    ] {
        let (server, client, connection) = pair("pool").await?;
        let gate = Gate::letting(0);
        let pool = Group::new("pool", delivery).mailbox_capacity(1);
        let pool = pool.members(2, gate.make()).start(&server).await?;
        for _ in 0..200 {
            soon(client.send_message(route![&connection, "pool"], QUIET)).await?;
        }
        eventually("they are busy", || gate.begun() > 0).await;
        gate.let_go(usize::MAX >> 4);
        eventually("all are handled", || gate.begun() == 200).await;
        assert_eq!((server.dead_letters(), pool.len()), (0, 2));
        soon(client.stop()).await?;
        soon(server.stop()).await?;
    }
    Ok(())
}
