//! Supervisors that a worker owns, and supervisors that a sender starts.

use ockam::{Context, ErrorKind, NodeBuilder, Result, Supervisor, Worker, WorkerBuilder};

use super::{Notes, PANIC, noted, notes};

/// Owns a supervisor with two children.
struct Owner(Notes);

impl Owner {
    fn tree(notes: &Notes) -> Supervisor {
        let tree = Supervisor::one_for_one("tree");
        let tree = tree.child(notes.fragile("a")).child(notes.fragile("b"));
        tree.owned()
    }
}

impl Worker for Owner {
    type Message = u64;
    type Context = Context;

    async fn initialize(&mut self, ctx: &mut Context) -> Result<()> {
        Self::tree(&self.0).start(ctx).await?;
        self.0.note("owner starts".to_owned());
        Ok(())
    }

    async fn handle_message(&mut self, _ctx: &mut Context, _msg: u64) -> Result<()> {
        panic!("on purpose")
    }

    async fn stopping(&mut self, _ctx: &mut Context) -> Result<()> {
        self.0.note("owner hears".to_owned());
        Ok(())
    }

    async fn shutdown(&mut self, _ctx: &mut Context) -> Result<()> {
        self.0.note("owner stops".to_owned());
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn a_tree_stops_after_its_owner_has_heard_and_before_it_ends() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (notes, mut got) = notes();
    let owner = notes.clone();
    WorkerBuilder::from_fn("owner", move || Owner(owner.clone()))
        .start(&ctx)
        .await?;
    let starts = ["a 1 starts", "b 1 starts", "owner starts"];
    assert_eq!(noted(&mut got), starts);

    // What fails in the tree is its own business.
    ctx.ask::<u64>("b", PANIC).await.unwrap_err();
    ctx.ask::<u64>("b", 1_u64).await?;
    assert_eq!(noted(&mut got), ["b 2 starts"]);

    // It is started again with its owner.
    ctx.ask::<u64>("owner", 1_u64).await.unwrap_err();
    ctx.ask::<u64>("b", 1_u64).await?;
    let again = [
        "b 2 stops",
        "a 1 stops",
        "a 1 starts",
        "b 1 starts",
        "owner starts",
    ];
    assert_eq!(noted(&mut got), again);

    ctx.stop_worker("owner").await?;
    let stops = ["owner hears", "b 1 stops", "a 1 stops", "owner stops"];
    assert_eq!(noted(&mut got), stops);
    assert_eq!(ctx.list_workers(), [""; 0]);
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_sender_starts_a_tree_and_owns_none() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (notes, mut got) = notes();
    let sender = ctx.sender();
    let owned = Owner::tree(&notes).start(&sender).await;
    assert_eq!(owned.unwrap_err().kind(), ErrorKind::InvalidInput);
    assert_eq!(ctx.list_workers(), [""; 0]);

    let tree = Supervisor::one_for_one("tree").child(notes.fragile("a"));
    let tree = tree.start(&sender).await?;
    tree.start_child(&sender, notes.fragile("b")).await?;
    tree.stop().await?;
    let life = ["a 1 starts", "b 1 starts", "b 1 stops", "a 1 stops"];
    assert_eq!(noted(&mut got), life);
    Ok(())
}
