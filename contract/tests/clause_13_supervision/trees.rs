use std::time::Duration;

use ockam::{Context, DownReason, ErrorKind, NodeBuilder, Restart, Result, Supervisor};
use ockam_contract::pace::{at_rest, soon};

use super::{FOR_EVER, PANIC, noted, notes};

#[tokio::test(start_paused = true)]
async fn a_child_that_gives_up_is_the_business_of_its_supervisor() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (notes, mut got) = notes();
    let once = Restart::on_failure().at_most(1, Duration::from_secs(10));
    let tree = Supervisor::one_for_one("tree")
        .restart(Restart::on_failure().at_most(1, Duration::from_secs(60)))
        .child(notes.fragile("a"))
        .child(notes.fragile("b").restart(once))
        .start(&ctx)
        .await?;
    // The second failure is over its budget. The supervisor starts it again, with a new one.
    for _ in 0..3 {
        assert!(soon(ctx.ask::<u64>("b", PANIC)).await.is_err());
        assert_eq!(soon(ctx.ask::<u64>("b", 1_u64)).await?, 1);
    }
    assert_eq!(
        noted(&mut got),
        [
            "a 1 starts",
            "b 1 starts",
            "b 2 starts",
            "b 3 starts",
            "b 4 starts"
        ]
    );
    // The fourth one is over both. The supervisor fails, and takes the others with it.
    assert!(soon(ctx.ask::<u64>("b", PANIC)).await.is_err());
    let down = soon(tree.ended()).await;
    let DownReason::GaveUp(why) = down.reason() else {
        panic!("{down}");
    };
    assert!(why.contains("0#b gave up: panicked: on purpose"), "{why}");
    assert_eq!(noted(&mut got), ["a 1 stops"]);
    assert_eq!(ctx.list_workers(), [""; 0]);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_supervisor_that_gives_up_is_started_again_by_its_own() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (notes, mut got) = notes();
    let none = Restart::on_failure().at_most(0, Duration::from_secs(10));
    let inner = Supervisor::one_for_all("inner")
        .restart(none.clone())
        .child(notes.fragile("a"))
        .child(notes.fragile("b").restart(none));
    let outer = Supervisor::rest_for_one("outer")
        .child(inner)
        .child(notes.fragile("c"));
    let outer = outer.start(&ctx).await?;
    noted(&mut got);
    assert!(soon(ctx.ask::<u64>("b", PANIC)).await.is_err());
    for name in ["b", "a", "c"] {
        let answered = loop {
            match soon(ctx.ask::<u64>(name, 1_u64)).await {
                Err(error) if error.kind() == ErrorKind::UnknownAddress => at_rest().await,
                answered => break answered,
            }
        };
        assert_eq!(answered?, 1, "{name}");
    }
    let noted_now = noted(&mut got);
    let starts: Vec<_> = noted_now
        .iter()
        .filter(|it| it.ends_with("starts"))
        .collect();
    assert_eq!(
        starts,
        ["a 2 starts", "b 2 starts", "c 2 starts"],
        "{noted_now:?}"
    );
    assert!(noted_now.contains(&"a 1 stops".to_owned()), "{noted_now:?}");
    soon(outer.stop()).await?;
    assert_eq!(noted(&mut got), ["c 2 stops", "b 2 stops", "a 2 stops"]);
    assert_eq!(ctx.list_workers(), [""; 0]);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_first_start_that_fails_stops_what_was_started() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (notes, mut got) = notes();
    let tree = Supervisor::one_for_one("tree").child(notes.fragile("a"));
    let taken = Supervisor::one_for_one("inner").child(notes.fragile("a"));
    let error = tree.child(taken).start(&ctx).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AddressTaken);
    assert_eq!(noted(&mut got), ["a 1 starts", "a 1 stops"]);
    assert_eq!(ctx.list_workers(), [""; 0]);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_node_stops_a_tree_from_its_leaves() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (notes, mut got) = notes();
    let inner = Supervisor::one_for_all("inner")
        .child(notes.fragile("b"))
        .child(notes.fragile("c"));
    let outer = Supervisor::one_for_one("outer")
        .child(notes.fragile("a"))
        .child(inner);
    outer.start(&ctx).await?;
    assert!(ctx.ask::<u64>("a", PANIC).await.is_err());
    at_rest().await;
    noted(&mut got);
    soon(ctx.stop()).await?;
    assert_eq!(noted(&mut got), ["c 1 stops", "b 1 stops", "a 2 stops"]);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn killing_a_supervisor_stops_its_children() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (notes, mut got) = notes();
    let tree = Supervisor::one_for_one("tree")
        .child(notes.fragile("a"))
        .child(notes.fragile("b"));
    tree.start(&ctx).await?;
    noted(&mut got);
    ctx.kill_worker("tree").await?;
    at_rest().await;
    assert_eq!(noted(&mut got), ["b 1 stops", "a 1 stops"]);
    assert_eq!(ctx.list_workers(), [""; 0]);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn an_essential_worker_that_gives_up_stops_the_node() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (notes, _got) = notes();
    let essential = Restart::on_failure().at_most(0, Duration::ZERO).essential();
    let fragile = notes
        .fragile("fragile")
        .restart(essential)
        .start(&ctx)
        .await?;
    fragile.send(PANIC).await?;
    let stopped = async {
        while ctx.stop_report().is_none() {
            at_rest().await;
        }
    };
    soon(stopped).await;
    let report = ctx.stop_report().expect("it has stopped");
    let failure = report.failure().expect("it has failed");
    assert!(
        failure.contains("0#fragile gave up: panicked: on purpose"),
        "{failure}"
    );
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_child_that_does_not_stop_holds_up_the_others_for_a_quarter_of_the_time() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (notes, mut got) = notes();
    let tree = Supervisor::one_for_one("tree")
        .child(notes.fragile("a"))
        .child(notes.fragile("b"))
        .child(notes.fragile("stuck"));
    let tree = tree.start(&ctx).await?;
    noted(&mut got);
    ctx.try_send("stuck", FOR_EVER)?;
    at_rest().await;
    let stopped = {
        let tree = tree.clone();
        tokio::spawn(async move { tree.stop().await })
    };
    // A quarter of ten seconds, and the others stop side by side.
    tokio::time::sleep(Duration::from_millis(2_400)).await;
    assert_eq!(noted(&mut got), [] as [&str; 0]);
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(noted(&mut got), ["b 1 stops", "a 1 stops"]);
    let _ = soon(stopped).await.expect("a stop doesn't panic");
    at_rest().await;
    assert_eq!(
        ctx.list_workers(),
        [""; 0],
        "the one that is stuck is killed"
    );
    Ok(())
}

#[ockam::test(paused)]
#[should_panic(expected = "0#stuck: did not stop in time and is killed")]
async fn a_child_that_is_killed_because_it_does_not_stop_is_reported(ctx: Context) -> Result<()> {
    let (notes, _got) = notes();
    let tree = Supervisor::one_for_one("tree").child(notes.fragile("stuck"));
    let tree = tree.start(&ctx).await?;
    ctx.try_send("stuck", FOR_EVER)?;
    at_rest().await;
    tree.stop().await
}
