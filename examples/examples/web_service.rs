use std::env;
use std::time::Duration;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, put};
use axum::Router;
use ockam::{
    async_worker, Context, Delivery, Error, ErrorKind, Group, GroupHandle, Result, Worker,
};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

type Question = (u64, u64);

/// Divides, slowly.
struct Divider;

#[async_worker]
impl Worker for Divider {
    type Message = Question;

    async fn handle_message(&mut self, ctx: &mut Context, (a, b): Question) -> Result<()> {
        tokio::time::sleep(Duration::from_millis(2)).await;
        ctx.reply(a / b).await
    }
}

type Answer = Result<String, (StatusCode, String)>;
type Dividers = State<GroupHandle<Question>>;

async fn divide(State(dividers): Dividers, Path(question): Path<Question>) -> Answer {
    let quotient: u64 = dividers.ask(question).await.map_err(failed)?;
    Ok(format!("{quotient}\n"))
}

async fn resize(State(dividers): Dividers, Path(count): Path<usize>) -> Answer {
    dividers.resize(count).await.map_err(failed)?;
    Ok(format!("{count} dividers\n"))
}

/// Whoever has asked over HTTP learns what kind of error it was, and no more.
fn failed(error: Error) -> (StatusCode, String) {
    let code = match error.kind() {
        ErrorKind::InvalidInput => StatusCode::BAD_REQUEST,
        ErrorKind::MailboxFull | ErrorKind::NoRoute | ErrorKind::Stopped => {
            StatusCode::SERVICE_UNAVAILABLE
        }
        ErrorKind::TimedOut => StatusCode::GATEWAY_TIMEOUT,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    };
    (code, format!("{}\n", error.kind()))
}

/// Serves HTTP. It is started last, so it stops first: what it asks is still answered.
struct Web {
    server: Option<(TcpListener, Router)>,
    stop: Option<oneshot::Sender<()>>,
}

#[async_worker]
impl Worker for Web {
    type Message = Result<()>;

    async fn initialize(&mut self, ctx: &mut Context) -> Result<()> {
        let (stop, stopped) = oneshot::channel::<()>();
        self.stop = Some(stop);
        let (listener, routes) = self.server.take().expect("it is started once");
        let server = axum::serve(listener, routes);
        let server = server.with_graceful_shutdown(async { stopped.await.unwrap_or(()) });
        // The stop of this worker waits for it.
        ctx.pipe(async { Ok(server.await?) }, |ended| ended)
    }

    async fn stopping(&mut self, _ctx: &mut Context) -> Result<()> {
        self.stop = None;
        Ok(())
    }

    /// The server has ended.
    async fn handle_message(&mut self, ctx: &mut Context, ended: Result<()>) -> Result<()> {
        ctx.stop().await?;
        ended
    }
}

#[ockam::node]
async fn main(ctx: Context) -> Result<()> {
    let address = env::args().nth(1).unwrap_or("127.0.0.1:4000".to_string());
    let dividers = Group::new("dividers", Delivery::least_loaded()).members(4, |_| Divider);
    let dividers = dividers.start(&ctx).await?;
    let routes = Router::new()
        .route("/{a}/by/{b}", get(divide))
        .route("/dividers/{count}", put(resize))
        .with_state(dividers);
    let listener = TcpListener::bind(address).await?;
    println!("listening at {}", listener.local_addr()?);
    let (server, stop) = (Some((listener, routes)), None);
    ctx.start_worker("web", Web { server, stop }).await?;
    Ok(())
}
