//! Routes that are longer than any that somebody needs.

use ockam::{Address, Context, Error, ErrorKind, Result, Route, Routed, Worker, async_worker};
use ockam_contract::hop::Hop;
use ockam_contract::pace::soon;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

const MAX: usize = 1_024;

fn hops(count: usize, end: &str) -> Route {
    let hops = (1..count).map(|_| Address::from("hop"));
    hops.chain([Address::from(end)]).collect()
}

#[ockam::test]
async fn a_message_visits_as_many_workers_as_a_route_can_have(mut ctx: Context) -> Result<()> {
    ctx.start_worker("hop", Hop).await?;
    ctx.send_message(hops(MAX, "app"), 7_u64).await?;
    let message = soon(ctx.receive::<u64>()).await?;
    assert_eq!(message.return_route(), &hops(MAX, "app"));

    let mut error = ctx
        .send_message(hops(MAX + 1, "app"), 8_u64)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert_eq!(
        error.to_string(),
        "a route of 1025 addresses, next 0#hop, exceeds the limit of 1024"
    );
    assert_eq!(error.take::<u64>(), Some(8));
    assert!(ctx.try_send(hops(MAX + 1, "app"), 8_u64).is_err());
    assert!(ctx.ask::<u64>(hops(MAX + 1, "app"), 8_u64).await.is_err());
    Ok(())
}

/// Forwards each message to itself and to nobody else.
struct Circle(UnboundedSender<Error>);

#[async_worker]
impl Worker for Circle {
    type Message = u64;

    async fn handle_message(&mut self, ctx: &mut Context, msg: Routed<u64>) -> Result<()> {
        let onward = ockam::route!["circle", "circle"];
        if let Err(error) = ctx.forward(msg.with_onward_route(onward)).await {
            let _ = self.0.send(error);
        }
        Ok(())
    }
}

#[ockam::test]
async fn a_message_that_goes_in_a_circle_ends(ctx: Context) -> Result<()> {
    let (sender, mut errors) = unbounded_channel();
    ctx.start_worker("circle", Circle(sender)).await?;
    ctx.send_message("circle", 7_u64).await?;
    let error = soon(errors.recv()).await.expect("the worker lives");
    assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
    Ok(())
}

/// Adds and removes addresses at both ends, shared with a clone at times, and compares with a list.
#[test]
fn a_route_is_what_was_added_to_it() {
    let mut list = std::collections::VecDeque::new();
    let mut route = Route::new();
    let mut shared = Route::new();
    for number in 0..2_000_u32 {
        let address = Address::from(number.to_string());
        match number % 7 {
            0 | 3 | 4 => {
                list.push_front(address.clone());
                route.push_front(address);
            }
            1 | 5 => {
                list.push_back(address.clone());
                route.push_back(address);
            }
            2 => assert_eq!(route.pop_front(), list.pop_front()),
            _ if number % 3 == 0 => shared = route.clone(),
            _ => drop(std::mem::take(&mut shared)),
        }
        assert_eq!(route.as_slice(), list.make_contiguous());
    }
}
