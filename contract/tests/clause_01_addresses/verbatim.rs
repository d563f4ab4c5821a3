//! Addresses from text by `From`, the parts of an address, and comparison.

use std::collections::HashSet;
use std::collections::VecDeque;

use ockam::{Address, Context, Result, Route, TransportType, Worker, async_worker, route};
use proptest::prelude::*;

#[test]
fn text_becomes_a_local_address_verbatim() {
    for text in [
        "echoer",
        "1#127.0.0.1:4000",
        "0#a",
        "",
        "#",
        "a => b",
        " \\x41 ",
        "ä",
    ] {
        let owned = text.to_owned();
        for address in [
            Address::from(text),
            Address::from(&owned),
            Address::from(owned.clone()),
        ] {
            assert_eq!(address.transport(), TransportType::LOCAL, "{text:?}");
            assert_eq!(address.value(), text.as_bytes());
            assert!(address.is_local());
        }
    }
}

#[test]
fn text_becomes_a_route_of_one_local_address_verbatim() {
    let text = "1#127.0.0.1:4000 => 0#echoer";
    for route in [
        Route::from(text),
        Route::from(text.to_owned()),
        route![text],
    ] {
        assert_eq!(route.len(), 1);
        assert_eq!(route.first(), Some(&Address::local(text)));
    }
}

#[test]
fn the_types_have_the_numbers_of_the_wire() {
    let types = [
        TransportType::LOCAL,
        TransportType::TCP,
        TransportType::UDP,
        TransportType::WEB_SOCKET,
        TransportType::BLE,
        TransportType::UNIX_SOCKET,
    ];
    assert_eq!(types.map(TransportType::number), [0, 1, 2, 3, 4, 5]);
    assert_eq!(TransportType::new(200).number(), 200);
}

#[test]
fn a_route_is_made_of_any_mixture_of_names_and_addresses() {
    let connection = Address::new(TransportType::TCP, "127.0.0.1:4000");
    let mixed = route![
        "middle",
        String::from("next"),
        connection.clone(),
        &connection
    ];
    let list = vec![
        "middle".into(),
        "next".into(),
        connection.clone(),
        connection.clone(),
    ];
    assert_eq!(mixed, Route::from(list));
    assert_eq!(
        mixed.iter().filter(|address| !address.is_local()).count(),
        2
    );
    assert!(route![].is_empty());
}

struct Parrot;

#[async_worker]
impl Worker for Parrot {
    type Message = String;

    async fn handle_message(&mut self, ctx: &mut Context, msg: String) -> Result<()> {
        ctx.reply(format!("{} heard {msg}", ctx.address())).await
    }
}

#[ockam::test]
async fn a_worker_is_started_and_found_by_its_name_verbatim(ctx: Context) -> Result<()> {
    ctx.start_worker("1#127.0.0.1:4000", Parrot).await?;

    let answer: String = ctx.ask("1#127.0.0.1:4000", "a name".to_string()).await?;
    assert_eq!(answer, "0#1#127.0.0.1:4000 heard a name");

    let parsed: Address = "0#1#127.0.0.1:4000".parse()?;
    let answer: String = ctx.ask(parsed, "a text form".to_string()).await?;
    assert_eq!(answer, "0#1#127.0.0.1:4000 heard a text form");

    let remote: Address = "1#127.0.0.1:4000".parse()?;
    assert!(ctx.send_message(remote, String::new()).await.is_err());
    Ok(())
}

/// Short values, values around the size that is stored inline, and values that end with zeros.
fn value() -> impl Strategy<Value = Vec<u8>> {
    let bytes = prop_oneof![Just(0), Just(b'a'), any::<u8>()];
    prop_oneof![
        prop::collection::vec(bytes.clone(), 0..4),
        prop::collection::vec(bytes, 19..25),
    ]
}

proptest! {
    #[test]
    fn addresses_compare_by_their_type_and_value_alone(
        one in (0..3_u8, value()),
        other in (0..3_u8, value()),
    ) {
        let address = |(number, value): &(u8, Vec<u8>)| {
            Address::new(TransportType::new(*number), value)
        };
        let (first, second) = (address(&one), address(&other));

        prop_assert_eq!(first.value(), &one.1);
        prop_assert_eq!(first.transport().number(), one.0);
        prop_assert_eq!(&first, &address(&one));
        prop_assert_eq!(first == second, one == other);
        prop_assert_eq!(first.cmp(&second), one.cmp(&other));
        let distinct = HashSet::from([first.clone(), address(&one), second]).len();
        prop_assert_eq!(distinct, if one == other { 1 } else { 2 });
    }

    #[test]
    fn a_route_is_a_queue_with_two_ends(steps in prop::collection::vec((0..3, any::<u8>()), 0..40)) {
        let (mut route, mut model) = (Route::new(), VecDeque::new());
        for (step, byte) in steps {
            let address = Address::local([byte]);
            match step {
                0 => { route.push_back(&address); model.push_back(address); }
                1 => { route.push_front(&address); model.push_front(address); }
                _ => prop_assert_eq!(route.pop_front(), model.pop_front()),
            }
            prop_assert!(route.iter().eq(model.iter()));
            prop_assert_eq!(route.len(), model.len());
            prop_assert_eq!(route.is_empty(), model.is_empty());
            prop_assert_eq!((route.first(), route.last()), (model.front(), model.back()));
        }
        prop_assert!(route.clone().into_iter().eq(model.iter().cloned()));
        prop_assert_eq!(&model.into_iter().collect::<Route>(), &route);
    }
}

#[test]
fn an_address_is_compared_with_text_verbatim() {
    let address = Address::from("1#127.0.0.1:4000");
    assert_eq!(address, "1#127.0.0.1:4000");
    assert_eq!(&address, "1#127.0.0.1:4000");
    assert!(address == *String::from("1#127.0.0.1:4000"));
    assert!(address != "1#127.0.0.1:400");
    // The text is that of a local address, whatever it looks like.
    assert!(Address::new(TransportType::TCP, "127.0.0.1:4000") != "1#127.0.0.1:4000");
    assert!(Address::new(TransportType::TCP, "echoer") != "echoer");
    let long = "x".repeat(1000);
    assert_eq!(Address::from(&long), *long);
    assert!(Address::local([0xff]) != "\u{ff}");
}
