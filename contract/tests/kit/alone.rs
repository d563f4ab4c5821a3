use ockam::test::alone;
use ockam::{Address, Context, Error, ErrorKind, LocalOnly, Result, Worker};

/// Does what it is sent, and says so at the start.
struct Clerk {
    handled: u64,
}

#[derive(serde::Serialize, serde::Deserialize)]
enum Task {
    Send,
    Answer,
    Ask,
    Again,
    Fail,
    Start,
}

impl Worker for Clerk {
    type Message = Task;
    type Context = Context;

    async fn initialize(&mut self, ctx: &mut Context) -> Result<()> {
        ctx.send_message("desk", "open".to_owned()).await
    }

    async fn handle_message(&mut self, ctx: &mut Context, task: Task) -> Result<()> {
        self.handled += 1;
        match task {
            Task::Send => {
                ctx.send_message("sums", self.handled).await?;
                ctx.send_message("desk", "sent".to_owned()).await?;
                ctx.send_message("sums", LocalOnly(())).await
            }
            Task::Answer => ctx.reply(self.handled).await,
            Task::Ask => ctx.ask::<u64>("oracle", 7_u64).await.map(drop),
            Task::Again => ctx.send_message(ctx.address(), Task::Send).await,
            Task::Fail => Err(Error::new(ErrorKind::Denied, "closed today")),
            Task::Start => {
                let other = ctx.start_worker("other", Self { handled: 7 }).await?;
                ctx.reply(other.ask::<u64>(Task::Answer).await?).await
            }
        }
    }
}

#[ockam::test]
async fn what_it_sends_is_kept_for_each_address_and_type() -> Result<()> {
    let mut clerk = alone(Clerk { handled: 0 });
    let sent = clerk.handle(Task::Send).await?;
    assert_eq!(sent.to::<String>("desk"), ["open", "sent"]);
    assert_eq!(sent.to::<LocalOnly<()>>("sums").len(), 1);
    assert_eq!(sent.to::<u64>("sums"), [1]);
    assert!(sent.to::<u64>("sums").is_empty());
    assert_eq!(clerk.handle(Task::Send).await?.to::<u64>("sums"), [2]);
    Ok(())
}

#[ockam::test]
async fn its_answer_is_kept() -> Result<()> {
    let sent = alone(Clerk { handled: 0 }).handle(Task::Answer).await?;
    assert_eq!(sent.reply::<String>(), None);
    assert_eq!(sent.reply::<u64>(), Some(1));
    Ok(())
}

#[ockam::test]
async fn its_asks_end_at_once() {
    let asked = alone(Clerk { handled: 0 }).handle(Task::Ask).await;
    assert_eq!(asked.unwrap_err().kind(), ErrorKind::NoReply);
}

#[ockam::test]
async fn its_error_is_returned() {
    let failed = alone(Clerk { handled: 0 }).handle(Task::Fail).await;
    assert_eq!(failed.unwrap_err().kind(), ErrorKind::Denied);
}

#[ockam::test]
async fn what_it_sends_to_itself_comes_before_the_next_message() -> Result<()> {
    let mut clerk = alone(Clerk { handled: 0 });
    let sent = clerk.handle(Task::Again).await?;
    assert!(sent.to::<u64>("sums").is_empty());
    let sent = clerk.handle(Task::Answer).await?;
    assert_eq!(sent.to::<u64>(Address::from("sums")), [2]);
    assert_eq!(sent.reply::<u64>(), Some(3));
    Ok(())
}

#[ockam::test]
async fn workers_that_it_starts_run() -> Result<()> {
    let sent = alone(Clerk { handled: 0 }).handle(Task::Start).await?;
    assert_eq!(sent.reply::<u64>(), Some(8));
    Ok(())
}

#[test]
fn it_needs_a_runtime() {
    let mut clerk = alone(Clerk { handled: 0 });
    let mut handling = std::pin::pin!(clerk.handle(Task::Send));
    let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
    let polled = handling.as_mut().poll(&mut cx);
    let std::task::Poll::Ready(Err(error)) = polled else {
        panic!("it ends at once");
    };
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
}
