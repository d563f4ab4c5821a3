use std::time::Duration;

use ockam::{NodeBuilder, Result, Supervisor};
use ockam_contract::pace::{at_rest, soon};

use super::{PANIC, STOP, notes};

#[tokio::test(start_paused = true)]
async fn ten_thousand_that_end_or_panic_at_once_touch_nobody_elses_budget() -> Result<()> {
    let ctx = NodeBuilder::new().start().await?;
    let (notes, _got) = notes();
    let sessions = Supervisor::one_for_one("sessions").child(notes.fragile("innocent"));
    let sessions = sessions.start(&ctx).await?;
    for (message, restarts) in [(PANIC, 1), (STOP, 0)] {
        let mut handles = Vec::new();
        for number in 0..10_000 {
            let session = notes.fragile(&format!("session {message} {number}"));
            handles.push(sessions.start_child(&ctx, session).await?);
        }
        for handle in &handles {
            handle.try_send(message)?;
        }
        at_rest().await;
        let report = ctx.inspect_worker("innocent")?;
        assert_eq!(report.restarts, 0);
        match restarts {
            0 => assert_eq!(ctx.list_workers().len(), 10_002),
            _ => assert_eq!(
                ctx.inspect_worker(handles[9_999].address().clone())?
                    .restarts,
                1
            ),
        }
    }
    // All give up, and the supervisor lives.
    for address in ctx.list_workers() {
        if address.to_string().contains("session ") {
            for _ in 0..6 {
                ctx.try_send(address.clone(), PANIC)?;
            }
        }
    }
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(
        ctx.list_workers().len(),
        2,
        "all but the innocent and the supervisor"
    );
    assert_eq!(soon(ctx.ask::<u64>("innocent", 1_u64)).await?, 1);
    Ok(())
}
