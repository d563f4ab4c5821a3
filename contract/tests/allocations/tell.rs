//! Allocations of a send.

use std::sync::Arc;

use ockam::{Address, Context, Result, Worker, route};
use tokio::sync::Semaphore;

use crate::count::{MESSAGES, allocations, on_both_runtimes};

/// Counts its messages in the permits of a semaphore.
struct Sink(Arc<Semaphore>);

impl Worker for Sink {
    type Message = u64;
    type Context = Context;

    async fn handle_message(&mut self, _ctx: &mut Context, _msg: u64) -> Result<()> {
        self.0.add_permits(1);
        Ok(())
    }
}

/// Waits until a round has been handled.
async fn handled(sink: &Semaphore) -> Result<()> {
    sink.acquire_many(MESSAGES as u32).await?.forget();
    Ok(())
}

#[test]
fn a_send_by_text_takes_none() {
    on_both_runtimes(async |ctx| {
        let sink = Arc::new(Semaphore::new(0));
        ctx.start_worker("sink", Sink(sink.clone())).await?;
        let taken = allocations(async || {
            for number in 0..MESSAGES {
                ctx.send_message("sink", number).await?;
            }
            handled(&sink).await
        });
        assert_eq!(taken.await?, 0);
        Ok(())
    });
}

#[test]
fn a_send_by_address_takes_none_however_long_it_is() {
    on_both_runtimes(async |ctx| {
        let address = Address::from("an address that is far too long to be stored in place");
        let sink = Arc::new(Semaphore::new(0));
        ctx.start_worker(&address, Sink(sink.clone())).await?;
        let taken = allocations(async || {
            for number in 0..MESSAGES {
                ctx.send_message(&address, number).await?;
            }
            handled(&sink).await
        });
        assert_eq!(taken.await?, 0);
        Ok(())
    });
}

#[test]
fn a_send_by_handle_takes_none() {
    on_both_runtimes(async |ctx| {
        let sink = Arc::new(Semaphore::new(0));
        let handle = ctx.start_worker("sink", Sink(sink.clone())).await?;
        let taken = allocations(async || {
            for number in 0..MESSAGES / 2 {
                handle.send(number).await?;
                handle.try_send(number)?;
            }
            handled(&sink).await
        });
        assert_eq!(taken.await?, 0);
        Ok(())
    });
}

#[test]
fn a_send_of_a_sender_to_two_addresses_in_turn_takes_none() {
    on_both_runtimes(async |ctx| {
        let sink = Arc::new(Semaphore::new(0));
        ctx.start_worker("one", Sink(sink.clone())).await?;
        ctx.start_worker(["two", "alias"], Sink(sink.clone()))
            .await?;
        let sender = ctx.sender();
        let taken = allocations(async || {
            for number in 0..MESSAGES / 2 {
                sender.send_message("one", number).await?;
                sender.try_send("alias", number)?;
            }
            handled(&sink).await
        });
        assert_eq!(taken.await?, 0);
        Ok(())
    });
}

/// Forwards its messages.
struct PassesOn(&'static str);

impl Worker for PassesOn {
    type Message = u64;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, msg: u64) -> Result<()> {
        ctx.send_message(self.0, msg).await
    }
}

#[test]
fn a_send_from_a_handler_takes_none() {
    on_both_runtimes(async |ctx| {
        let sink = Arc::new(Semaphore::new(0));
        ctx.start_worker("third", Sink(sink.clone())).await?;
        ctx.start_worker("second", PassesOn("third")).await?;
        ctx.start_worker("first", PassesOn("second")).await?;
        let taken = allocations(async || {
            for number in 0..MESSAGES {
                ctx.send_message("first", number).await?;
            }
            handled(&sink).await
        });
        assert_eq!(taken.await?, 0);
        Ok(())
    });
}

#[test]
fn what_is_received_by_type_takes_none_but_its_box() {
    on_both_runtimes(async |mut ctx| {
        let sender = ctx.sender();
        let taken = allocations(async || {
            for number in 0..MESSAGES {
                sender.send_message("app", number).await?;
            }
            for number in 0..MESSAGES {
                assert_eq!(ctx.receive::<u64>().await?, number);
            }
            Ok(())
        });
        let taken = taken.await?;
        assert!(taken <= MESSAGES, "app takes every type, in a box: {taken}");
        Ok(())
    });
}

#[test]
fn a_send_along_a_route_of_one_address_takes_none() {
    on_both_runtimes(async |ctx| {
        let sink = Arc::new(Semaphore::new(0));
        ctx.start_worker("sink", Sink(sink.clone())).await?;
        let route = route!["sink"];
        let taken = allocations(async || {
            for number in 0..MESSAGES {
                ctx.send_message(&route, number).await?;
            }
            handled(&sink).await
        });
        assert_eq!(taken.await?, 0);
        Ok(())
    });
}
