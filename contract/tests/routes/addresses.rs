//! Workers with several addresses.

use ockam::{Address, Context, ErrorKind, Result, Routed, Worker, async_worker, route};
use ockam_contract::hop::Hop;

/// Reports the address that was used, before and after a wait.
struct Doors;

#[async_worker]
impl Worker for Doors {
    type Message = u64;

    async fn handle_message(&mut self, ctx: &mut Context, msg: Routed<u64>) -> Result<()> {
        let before = ctx.address().clone();
        tokio::task::yield_now().await;
        assert_eq!(ctx.address(), &before);
        assert_eq!(
            ctx.addresses(),
            ["front", "back", "roof"].map(Address::from)
        );
        ctx.reply(format!("{before}, {}", *msg)).await
    }
}

const DOORS: [&str; 3] = ["front", "back", "roof"];

#[ockam::test]
async fn a_worker_knows_by_which_address_it_was_reached(ctx: Context) -> Result<()> {
    let doors = ctx.start_worker(DOORS, Doors).await?;
    ctx.start_worker("hop", Hop).await?;
    for (number, door) in (0_u64..).zip(DOORS.iter().cycle().take(12)) {
        let said: String = ctx.ask(*door, number).await?;
        assert_eq!(said, format!("0#{door}, {number}"));
        let said: String = ctx.ask(route!["hop", *door], number).await?;
        assert_eq!(said, format!("0#{door}, {number}"));
    }
    assert_eq!(
        doors.ask::<String>(7).await?,
        "0#front, 7",
        "a handle knows the first one"
    );
    assert_eq!(doors.address(), &Address::from("front"));
    Ok(())
}

#[ockam::test]
async fn the_addresses_of_a_worker_come_and_go_together(ctx: Context) -> Result<()> {
    for stopped in DOORS {
        ctx.start_worker(DOORS, Doors).await?;
        assert_eq!(
            ctx.list_workers(),
            ["back", "front", "roof"].map(Address::from)
        );
        ctx.stop_worker(stopped).await?;
        assert!(ctx.list_workers().is_empty());
        for door in DOORS {
            let error = ctx.send_message(door, 1_u64).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::UnknownAddress);
        }
    }
    Ok(())
}

#[ockam::test]
async fn a_hop_with_several_addresses_is_found_on_the_way_back(mut ctx: Context) -> Result<()> {
    ctx.start_worker(DOORS, Doors).await?;
    ctx.start_worker(vec!["in", "out"], Hop).await?;
    for hop in ["in", "out"] {
        let said: String = ctx.ask(route![hop, "roof"], 7_u64).await?;
        assert_eq!(said, "0#roof, 7");
        ctx.send_message(route![hop, "roof"], 8_u64).await?;
        let said = ctx.receive::<String>().await?;
        assert_eq!(said, "0#roof, 8");
        // A worker that has answered can be asked again.
        let said: String = ctx.ask(said.return_route(), 9_u64).await?;
        assert!(said.ends_with(", 9"), "{said}");
    }
    Ok(())
}
