//! Answers that a method gives later, by a `Reply`.

use ockam::{Context, Error, ErrorKind, Reply, Result, protocol};

#[protocol]
trait Desk {
    async fn ask(&mut self, ctx: &mut Context, reply: Reply<String>);
    async fn fail(&mut self, reply: Reply<String>);
    async fn forget(&mut self, reply: Reply<String>);
    async fn answer(&mut self, with: String) -> usize;
}

/// Keeps those who ask until it knows the answer.
#[derive(Default)]
struct Patient(Vec<Reply<String>>);

impl Desk for Patient {
    async fn ask(&mut self, _ctx: &mut Context, reply: Reply<String>) {
        self.0.push(reply);
    }

    async fn fail(&mut self, reply: Reply<String>) {
        let error = Error::new(ErrorKind::Denied, "closed on Mondays");
        reply.fail(error).expect("somebody waits");
    }

    async fn forget(&mut self, _reply: Reply<String>) {}

    async fn answer(&mut self, with: String) -> usize {
        let waiting = self.0.len();
        for reply in self.0.drain(..) {
            reply.send(with.clone()).await.expect("somebody waits");
        }
        waiting
    }
}

#[ockam::test]
async fn an_answer_may_come_after_later_messages(ctx: Context) -> Result<()> {
    ctx.start_worker("desk", DeskWorker(Patient::default()))
        .await?;
    let desk = DeskClient::new(&ctx, "desk");
    let (first, second, waiting) = tokio::join!(
        biased;
        desk.ask(),
        desk.ask(),
        desk.answer("42".to_string())
    );
    assert_eq!((first?, second?, waiting?), ("42".into(), "42".into(), 2));
    Ok(())
}

#[ockam::test]
async fn an_asker_hears_of_a_failure_and_of_a_reply_that_is_dropped(ctx: Context) -> Result<()> {
    ctx.start_worker("desk", DeskWorker(Patient::default()))
        .await?;
    let desk = DeskClient::new(&ctx, "desk");
    let failed = desk.fail().await.unwrap_err();
    assert_eq!(failed.kind(), ErrorKind::Denied);
    assert!(failed.to_string().contains("closed on Mondays"), "{failed}");
    assert_eq!(desk.forget().await.unwrap_err().kind(), ErrorKind::NoReply);
    Ok(())
}

#[ockam::test]
async fn replies_that_are_kept_fail_when_their_worker_ends(ctx: Context) -> Result<()> {
    ctx.start_worker("desk", DeskWorker(Patient::default()))
        .await?;
    let desk = DeskClient::new(&ctx, "desk");
    let (asked, stopped) = tokio::join!(biased; desk.ask(), ctx.stop_worker("desk"));
    stopped?;
    assert_eq!(asked.unwrap_err().kind(), ErrorKind::NoReply);
    Ok(())
}
