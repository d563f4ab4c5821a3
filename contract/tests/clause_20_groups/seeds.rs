//! Under seeds: members that join, leave, fail and are resized away while messages come.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ockam::{Context, Delivery, ErrorKind, Group, Restart, Result, Worker};

/// What members have handled, and which of them lives with which key.
#[derive(Default)]
struct Seen {
    handled: Vec<(u64, u64)>,
    holders: HashMap<u64, usize>,
}

/// Holds the keys that it has got until it ends.
struct Holder {
    index: usize,
    seen: Arc<Mutex<Seen>>,
    keys: Vec<u64>,
}

/// The number of a message that makes a member panic.
const FAILS: u64 = 1_000;

impl Worker for Holder {
    type Message = (u64, u64);
    type Context = Context;

    async fn handle_message(&mut self, _: &mut Context, msg: (u64, u64)) -> Result<()> {
        let (key, number) = msg;
        let mut seen = self.seen.lock().expect("nobody panics with it");
        let holder = *seen.holders.entry(key).or_insert(self.index);
        if holder == self.index {
            self.keys.push(key);
        } else {
            // The test fails below.
            seen.handled.push((key, u64::MAX));
        }
        seen.handled.push((key, number));
        drop(seen);
        assert!(number < FAILS, "on purpose");
        Ok(())
    }
}

impl Drop for Holder {
    fn drop(&mut self) {
        let mut seen = self.seen.lock().expect("nobody panics with it");
        for key in &self.keys {
            seen.holders.remove(key);
        }
    }
}

#[ockam::test(seeds = 300, allow(failures, unhandled))]
async fn nothing_is_lost_uncounted_and_no_key_has_two_members(ctx: Context) -> Result<()> {
    let seen = Arc::new(Mutex::new(Seen::default()));
    let of_members = seen.clone();
    let forever = Restart::on_failure().at_most(u32::MAX, Duration::MAX);
    let pool = Group::new("pool", Delivery::by_key(|msg: &(u64, u64)| msg.0))
        .mailbox_capacity(2)
        .restart(forever)
        .members(3, move |index| Holder {
            index,
            seen: of_members.clone(),
            keys: Vec::new(),
        })
        .start(&ctx)
        .await?;
    let mut tasks = Vec::new();
    for sender in 0..3_u64 {
        let (pool, by_address) = (pool.clone(), ctx.sender());
        tasks.push(tokio::spawn(async move {
            let (mut accepted, mut refused) = (0, 0);
            for number in 0..12 {
                let number = if number == 5 {
                    FAILS + sender
                } else {
                    sender * 100 + number
                };
                let message = (number % 4, number);
                let sent = match number % 2 {
                    0 => pool.send(message).await,
                    _ => by_address.send_message("pool", message).await,
                };
                match sent {
                    Ok(()) => accepted += 1,
                    Err(mut error) => {
                        assert_eq!(error.kind(), ErrorKind::NoRoute, "{error}");
                        assert_eq!(error.take::<(u64, u64)>(), Some(message));
                        refused += 1;
                    }
                }
            }
            (accepted, refused)
        }));
    }
    for size in [1, 4, 0, 2, 3] {
        pool.resize(size).await?;
    }
    let (mut accepted, mut refused) = (0, 0);
    for task in tasks {
        let (more_accepted, more_refused) = task.await.expect("a sender doesn't panic");
        accepted += more_accepted;
        refused += more_refused;
    }
    pool.stop().await?;
    let seen = seen.lock().expect("nobody panics with it");
    assert!(
        !seen.handled.iter().any(|(_, number)| *number == u64::MAX),
        "a key had two members"
    );
    assert_eq!(accepted + refused, 36);
    assert_eq!(seen.handled.len() as u64 + ctx.dead_letters(), accepted);
    // Of one sender, the messages of one key come in order.
    for sender in 0..3 {
        for key in 0..4 {
            let own = |number: &u64| *number < FAILS && number / 100 == sender;
            let of_key = seen
                .handled
                .iter()
                .filter(|(of, number)| *of == key && own(number));
            assert!(of_key.map(|(_, number)| number).is_sorted());
        }
    }
    Ok(())
}

#[ockam::test(seeds = 200)]
async fn whoever_joins_and_leaves_has_what_was_sent_between(ctx: Context) -> Result<()> {
    let news = Group::<u64>::new("news", Delivery::all())
        .start(&ctx)
        .await?;
    let mut stays = ctx.open("stays")?;
    stays.join("news").await?;
    let mut comes_and_goes = ctx.open("comes and goes")?;
    let publisher = tokio::spawn(async move {
        for number in 0..20 {
            news.send(number).await?;
        }
        Ok::<_, ockam::Error>(())
    });
    let subscriber = tokio::spawn(async move {
        let mut heard = Vec::new();
        for _ in 0..3 {
            comes_and_goes.join("news").await?;
            tokio::task::yield_now().await;
            comes_and_goes.leave("news")?;
            while let Ok(number) = comes_and_goes.receive_timeout::<u64>(Duration::ZERO).await {
                heard.push(number.into_body());
            }
        }
        Ok::<_, ockam::Error>(heard)
    });
    publisher.await.expect("it doesn't panic")?;
    let heard = subscriber.await.expect("it doesn't panic")?;
    assert!(heard.is_sorted_by(|left, right| left < right), "{heard:?}");
    for number in 0..20 {
        assert_eq!(stays.receive::<u64>().await?, number);
    }
    Ok(())
}
