use std::time::Duration;

use ockam::{Context, Down, Error, ErrorKind, NodeBuilder, Restart, Result, Worker, WorkerBuilder};
use ockam_contract::pace::{at_rest, soon};

use super::{FOR_EVER, Fragile, Notes, PANIC, noted, notes};

/// Owns workers, and notes its life.
struct Owner {
    notes: Notes,
    owned: Vec<String>,
    fails_to_start: bool,
    sum: u64,
}

impl Owner {
    fn builder(notes: &Notes, owned: &[&'static str]) -> WorkerBuilder<Self, ockam::Factory> {
        let (notes, owned) = (notes.clone(), owned.to_vec());
        WorkerBuilder::from_fn("owner", move || Self {
            notes: notes.clone(),
            owned: owned.iter().map(ToString::to_string).collect(),
            fails_to_start: false,
            sum: 0,
        })
    }
}

/// Makes an [`Owner`] panic.
const FAIL: u64 = PANIC;

impl Worker for Owner {
    type Message = u64;
    type Context = Context;

    async fn initialize(&mut self, ctx: &mut Context) -> Result<()> {
        for name in &self.owned {
            self.notes.fragile(name).owned().start(ctx).await?;
        }
        if self.fails_to_start {
            return Err(Error::new(ErrorKind::Other, "not today"));
        }
        self.notes.note("owner starts".to_owned());
        Ok(())
    }

    async fn handle_message(&mut self, ctx: &mut Context, msg: u64) -> Result<()> {
        match msg {
            FAIL => panic!("on purpose"),
            FOR_EVER => std::future::pending().await,
            msg => self.sum += msg,
        }
        let _ = ctx.reply(self.sum).await;
        Ok(())
    }

    async fn stopping(&mut self, _ctx: &mut Context) -> Result<()> {
        self.notes.note("owner hears".to_owned());
        Ok(())
    }

    async fn shutdown(&mut self, _ctx: &mut Context) -> Result<()> {
        self.notes.note(format!("owner stops with {}", self.sum));
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn the_owner_hears_first_and_stops_last() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (notes, mut got) = notes();
    let owner = Owner::builder(&notes, &["a", "b"]).start(&ctx).await?;
    assert_eq!(
        noted(&mut got),
        ["a 1 starts", "b 1 starts", "owner starts"]
    );
    soon(owner.stop()).await?;
    let stops = [
        "owner hears",
        "b 1 stops",
        "a 1 stops",
        "owner stops with 0",
    ];
    assert_eq!(noted(&mut got), stops);
    assert_eq!(ctx.list_workers(), [""; 0]);

    // By its node.
    Owner::builder(&notes, &["a", "b"]).start(&ctx).await?;
    noted(&mut got);
    soon(ctx.stop()).await?;
    assert_eq!(noted(&mut got), stops);
    Ok(())
}

/// Sends its results to its owner when it is stopped, and asks it for the sum.
struct Runner(Notes);

impl Worker for Runner {
    type Message = u64;
    type Context = Context;

    async fn shutdown(&mut self, ctx: &mut Context) -> Result<()> {
        for _ in 0..10 {
            ctx.send_message("dispatcher", 1_u64).await?;
        }
        let sum = ctx.ask::<u64>("dispatcher", 1_u64).await?;
        self.0.note(format!("sum {sum}"));
        Ok(())
    }
}

struct Dispatcher(Notes, u64);

impl Worker for Dispatcher {
    type Message = u64;
    type Context = Context;

    async fn initialize(&mut self, ctx: &mut Context) -> Result<()> {
        for number in 0..3 {
            let runner = Runner(self.0.clone());
            let runner = WorkerBuilder::new(format!("runner {number}"), runner);
            runner.owned().start(ctx).await?;
        }
        Ok(())
    }

    async fn handle_message(&mut self, ctx: &mut Context, msg: u64) -> Result<()> {
        self.1 += msg;
        let _ = ctx.reply(self.1).await;
        Ok(())
    }

    async fn shutdown(&mut self, _ctx: &mut Context) -> Result<()> {
        self.0.note(format!("dispatched {}", self.1));
        Ok(())
    }
}

#[ockam::test(seeds = 200)]
async fn no_result_of_one_that_is_owned_is_lost_when_its_owner_stops(ctx: Context) -> Result<()> {
    // With a mailbox of one place, those that are owned wait for room.
    for capacity in [1_024, 1] {
        let (notes, mut got) = notes();
        let dispatcher = WorkerBuilder::new("dispatcher", Dispatcher(notes, 0));
        let dispatcher = dispatcher.mailbox_capacity(capacity).start(&ctx).await?;
        dispatcher.send(1).await?;
        dispatcher.stop().await?;
        assert_eq!(
            noted(&mut got),
            ["sum 12", "sum 23", "sum 34", "dispatched 34"]
        );
    }
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn they_are_started_again_with_their_owner() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (notes, mut got) = notes();
    let owner = Owner::builder(&notes, &["a", "b"]).start(&ctx).await?;
    noted(&mut got);
    assert_eq!(ctx.ask::<u64>("a", 5_u64).await?, 5);
    assert_eq!(
        owner.ask::<u64>(FAIL).await.unwrap_err().kind(),
        ErrorKind::Panicked
    );
    assert_eq!(soon(owner.ask::<u64>(7)).await?, 7);
    assert_eq!(ctx.ask::<u64>("a", 1_u64).await?, 1, "it is another one");
    let restart = [
        "b 1 stops",
        "a 1 stops",
        "a 1 starts",
        "b 1 starts",
        "owner starts",
    ];
    assert_eq!(noted(&mut got), restart);
    // One that fails by itself is its own business.
    assert!(ctx.ask::<u64>("b", PANIC).await.is_err());
    assert_eq!(soon(ctx.ask::<u64>("b", 2_u64)).await?, 2);
    assert_eq!(noted(&mut got), ["b 2 starts"]);
    soon(owner.stop()).await?;
    assert_eq!(ctx.list_workers(), [""; 0]);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn they_end_before_whoever_asked_hears_of_a_failure_without_a_restart() -> Result<()> {
    let mut ctx = NodeBuilder::new().start().await?;
    let (notes, mut got) = notes();
    for policy in [true, false] {
        if policy {
            let owner = Owner::builder(&notes, &["a", "b"]).restart(Restart::never());
            owner.start(&ctx).await?;
        } else {
            let owned = vec!["a".to_owned(), "b".to_owned()];
            let owner = Owner {
                notes: notes.clone(),
                owned,
                fails_to_start: false,
                sum: 0,
            };
            ctx.start_worker("owner", owner).await?;
        }
        noted(&mut got);
        ctx.monitor("owner")?;
        assert!(ctx.ask::<u64>("owner", FAIL).await.is_err());
        assert_eq!(ctx.list_workers(), [""; 0], "all addresses are free");
        assert_eq!(noted(&mut got), ["b 1 stops", "a 1 stops"]);
        soon(ctx.receive::<Down>()).await?;
    }
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_kill_of_the_owner_stops_them_in_the_background() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (notes, mut got) = notes();
    let owner = Owner::builder(&notes, &["a", "b"]).start(&ctx).await?;
    owner.send(FOR_EVER).await?;
    noted(&mut got);
    ctx.kill_worker("owner").await?;
    at_rest().await;
    assert_eq!(noted(&mut got), ["b 1 stops", "a 1 stops"]);
    assert_eq!(ctx.list_workers(), [""; 0]);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn one_that_does_not_stop_is_killed_and_holds_up_nobody_for_long() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (notes, mut got) = notes();
    let owner = Owner::builder(&notes, &["a", "stuck"]).start(&ctx).await?;
    noted(&mut got);
    ctx.try_send("stuck", FOR_EVER)?;
    let before = tokio::time::Instant::now();
    let _ = soon(owner.stop()).await;
    at_rest().await;
    assert!(before.elapsed() < Duration::from_secs(12));
    let noted = noted(&mut got);
    assert!(noted.contains(&"a 1 stops".to_owned()), "{noted:?}");
    assert_eq!(ctx.list_workers(), [""; 0]);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_start_that_fails_stops_them_before_the_starter_hears_of_it() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (notes, mut got) = notes();
    for _ in 0..3 {
        let owner = Owner {
            notes: notes.clone(),
            owned: vec!["a".to_owned(), "b".to_owned()],
            fails_to_start: true,
            sum: 0,
        };
        let error = ctx.start_worker("owner", owner).await.unwrap_err();
        assert_eq!(error.to_string(), "not today");
        assert_eq!(ctx.list_workers(), [""; 0]);
    }
    assert_eq!(noted(&mut got).len(), 12);
    Ok(())
}

/// Stops its owner, as one that has done the last piece of work.
struct Last;

impl Worker for Last {
    type Message = u64;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, _msg: u64) -> Result<()> {
        ctx.stop_worker("first").await
    }
}

/// Owns another one of these, or the last one.
struct Nested(u64);

impl Worker for Nested {
    type Message = u64;
    type Context = Context;

    async fn initialize(&mut self, ctx: &mut Context) -> Result<()> {
        if self.0 == 0 {
            let last = WorkerBuilder::new("last", Last).owned();
            return last.start(ctx).await.map(drop);
        }
        let next = Self(self.0 - 1);
        let next = WorkerBuilder::new(format!("nested {}", self.0), next).owned();
        next.start(ctx).await.map(drop)
    }
}

#[tokio::test(start_paused = true)]
async fn one_that_is_owned_may_stop_its_owner() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let first = ctx.start_worker("first", Nested(3)).await?;
    let before = tokio::time::Instant::now();
    ctx.try_send("last", 1_u64)?;
    soon(first.ended()).await;
    assert!(
        before.elapsed() < Duration::from_secs(1),
        "nobody waits for itself"
    );
    assert_eq!(ctx.list_workers(), [""; 0]);
    assert_eq!(ctx.dead_letters(), 0);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn what_a_context_owns_stops_when_it_is_dropped() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (notes, mut got) = notes();
    let opened = ctx.open("opened")?;
    let a: WorkerBuilder<Fragile, _> = notes.fragile("a").owned();
    a.start(&opened).await?;
    drop(opened);
    at_rest().await;
    assert_eq!(noted(&mut got), ["a 1 starts", "a 1 stops"]);
    Ok(())
}
