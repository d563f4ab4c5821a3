use ockam::{Address, Any, TransportType, route};

#[test]
fn an_address_of_another_network_is_a_pair() {
    let pair = (TransportType::TCP, "10.0.0.1:4000");
    let expected = Address::new(TransportType::TCP, "10.0.0.1:4000");
    assert_eq!(Address::from(pair), expected);
    assert_eq!(
        route![pair, "echoer"].to_string(),
        "1#10.0.0.1:4000 => 0#echoer"
    );
    let (transport, value) = pair;
    assert_eq!(Address::from((transport, value.to_owned())), expected);
}

#[test]
fn a_message_of_any_type_prints_as_its_type() {
    assert_eq!(Any::new(7_u64).to_string(), "u64");
}
