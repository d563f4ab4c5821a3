//! Addresses, routes and routed messages in serde's formats, and in messages.

use ockam::{Address, Context, Result, Route, Routed, TransportType, Worker, async_worker, route};
use proptest::prelude::*;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// Writes and reads a value in a text format and in a binary one.
fn through_formats<T: Serialize + DeserializeOwned>(value: &T) -> Result<[T; 2]> {
    let text = serde_json::to_string(value)?;
    let bytes = postcard::to_stdvec(value)?;
    Ok([serde_json::from_str(&text)?, postcard::from_bytes(&bytes)?])
}

fn address() -> impl Strategy<Value = Address> {
    (any::<u8>(), prop::collection::vec(any::<u8>(), 0..32))
        .prop_map(|(number, value)| Address::new(TransportType::new(number), value))
}

fn route() -> impl Strategy<Value = Route> {
    prop::collection::vec(address(), 0..4).prop_map(Route::from)
}

proptest! {
    #[test]
    fn every_address_survives_serialisation(address in address()) {
        for read in through_formats(&address).expect("an address is serialised") {
            prop_assert_eq!(&read, &address);
        }
    }

    #[test]
    fn every_route_survives_serialisation(route in route()) {
        for read in through_formats(&route).expect("a route is serialised") {
            prop_assert_eq!(&read, &route);
        }
    }

    #[test]
    fn a_routed_message_keeps_its_body_and_both_ways(
        body in any::<String>(),
        onward in route(),
        back in route(),
    ) {
        let routed = Routed::new(body.clone(), back.clone()).with_onward_route(onward.clone());
        for read in through_formats(&routed).expect("a routed message is serialised") {
            prop_assert_eq!(read.return_route(), &back);
            prop_assert_eq!(read.onward_route(), &onward);
            prop_assert_eq!(read.into_body(), body.clone());
        }
    }

    #[test]
    fn bytes_of_a_peer_are_read_or_refused_and_never_panic(
        bytes in prop::collection::vec(any::<u8>(), 0..64),
    ) {
        let _ = postcard::from_bytes::<Address>(&bytes);
        let _ = postcard::from_bytes::<Route>(&bytes);
        let _ = postcard::from_bytes::<Routed<String>>(&bytes);
    }
}

#[test]
fn what_is_no_address_is_an_error() {
    for json in [
        "[256,[]]",
        "[-1,[]]",
        "[0]",
        "[]",
        "[0,[256]]",
        "[0,7]",
        "7",
        "null",
    ] {
        assert!(serde_json::from_str::<Address>(json).is_err(), "{json}");
        let list = format!("[{json}]");
        assert!(serde_json::from_str::<Route>(&list).is_err(), "{list}");
    }
}

/// A message that contains an address.
#[derive(Serialize, Deserialize)]
struct Introduction {
    name: Address,
    way: Route,
}

struct Friendly;

#[async_worker]
impl Worker for Friendly {
    type Message = Introduction;

    async fn handle_message(&mut self, ctx: &mut Context, msg: Introduction) -> Result<()> {
        ctx.send_message(msg.name, 1_u64).await?;
        ctx.send_message(msg.way, 2_u64).await
    }
}

#[ockam::test]
async fn an_address_that_came_in_a_message_can_be_sent_to(mut ctx: Context) -> Result<()> {
    ctx.start_worker("friendly", Friendly).await?;
    let introduction = Introduction {
        name: ctx.address().clone(),
        way: route![ctx.address()],
    };
    ctx.send_message("friendly", introduction).await?;
    assert_eq!(ctx.receive::<u64>().await?, 1);
    assert_eq!(ctx.receive::<u64>().await?, 2);
    Ok(())
}

/// Gets messages with the routes that they had at another worker.
struct Secretary;

#[async_worker]
impl Worker for Secretary {
    type Message = Vec<Routed<String>>;

    async fn handle_message(&mut self, ctx: &mut Context, post: Vec<Routed<String>>) -> Result<()> {
        for letter in post {
            let answer = format!("about {letter}");
            ctx.send_message(letter.return_route(), answer).await?;
        }
        Ok(())
    }
}

#[ockam::test]
async fn a_routed_message_can_be_a_part_of_a_message(mut ctx: Context) -> Result<()> {
    ctx.start_worker("secretary", Secretary).await?;
    let mut home = ctx.open("home")?;
    home.send_message("app", "the weather".to_string()).await?;

    let letter = ctx.receive::<String>().await?;
    ctx.send_message("secretary", vec![letter]).await?;
    assert_eq!(home.receive::<String>().await?, "about the weather");
    Ok(())
}
