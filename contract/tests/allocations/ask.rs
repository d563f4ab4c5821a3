//! Allocations of an ask.

use ockam::{Address, Context, Result, Worker};

use crate::count::{MESSAGES, allocations, on_both_runtimes};

struct Doubler;

impl Worker for Doubler {
    type Message = u64;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, msg: u64) -> Result<()> {
        ctx.reply(2 * msg).await
    }
}

#[test]
fn an_ask_by_text_takes_one() {
    on_both_runtimes(async |ctx| {
        ctx.start_worker("doubler", Doubler).await?;
        let taken = allocations(async || {
            for number in 0..MESSAGES {
                assert_eq!(ctx.ask::<u64>("doubler", number).await?, 2 * number);
            }
            Ok(())
        });
        let taken = taken.await?;
        assert!(taken <= MESSAGES, "{taken} for {MESSAGES}");
        Ok(())
    });
}

#[test]
fn an_ask_by_address_takes_one() {
    on_both_runtimes(async |ctx| {
        let address = Address::from("an address that is far too long to be stored in place");
        ctx.start_worker(&address, Doubler).await?;
        let sender = ctx.sender();
        let taken = allocations(async || {
            for number in 0..MESSAGES {
                assert_eq!(sender.ask::<u64>(&address, number).await?, 2 * number);
            }
            Ok(())
        });
        let taken = taken.await?;
        assert!(taken <= MESSAGES, "{taken} for {MESSAGES}");
        Ok(())
    });
}

#[test]
fn an_ask_by_handle_takes_one() {
    on_both_runtimes(async |ctx| {
        let handle = ctx.start_worker("doubler", Doubler).await?;
        let taken = allocations(async || {
            for number in 0..MESSAGES {
                assert_eq!(handle.ask::<u64>(number).await?, 2 * number);
            }
            Ok(())
        });
        let taken = taken.await?;
        assert!(taken <= MESSAGES, "{taken} for {MESSAGES}");
        Ok(())
    });
}

/// Asks another worker, and answers with its answer.
struct Middle;

impl Worker for Middle {
    type Message = u64;
    type Context = Context;

    async fn handle_message(&mut self, ctx: &mut Context, msg: u64) -> Result<()> {
        let answer: u64 = ctx.ask("doubler", msg).await?;
        ctx.reply(answer).await
    }
}

#[test]
fn an_ask_from_a_handler_takes_one() {
    on_both_runtimes(async |ctx| {
        ctx.start_worker("doubler", Doubler).await?;
        ctx.start_worker("middle", Middle).await?;
        let taken = allocations(async || {
            for number in 0..MESSAGES {
                assert_eq!(ctx.ask::<u64>("middle", number).await?, 2 * number);
            }
            Ok(())
        });
        let taken = taken.await?;
        assert!(
            taken <= 2 * MESSAGES,
            "{taken} for two asks each of {MESSAGES}"
        );
        Ok(())
    });
}
