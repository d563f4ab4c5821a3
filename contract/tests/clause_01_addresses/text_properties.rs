//! The text form of addresses and routes, for every address and for every text.

use ockam::{Address, Route, TransportType};
use proptest::prelude::*;

/// Any bytes. Those that the text form escapes are more frequent.
fn address() -> impl Strategy<Value = Address> {
    let piece = prop_oneof![
        4 => any::<u8>().prop_map(|byte| vec![byte]),
        4 => prop::sample::select(vec!["#", "=", ">", "=>", " ", "\\", "\\x41", "x", "0", "\n"])
            .prop_map(|piece| piece.as_bytes().to_vec()),
        2 => any::<char>().prop_map(|char| char.to_string().into_bytes()),
        1 => prop::sample::select(vec!["\u{3000}", "\u{85}", "\u{2028}", "\u{feff}"])
            .prop_map(|blank| blank.as_bytes().to_vec()),
    ];
    let value = prop::collection::vec(piece, 0..16).prop_map(|pieces| pieces.concat());
    (any::<u8>(), value).prop_map(|(number, value)| Address::new(TransportType::new(number), value))
}

/// Text that resembles an address or a route, and text that doesn't.
fn text() -> impl Strategy<Value = String> {
    let resembling = "([0-9]{0,4}#?[a-z#=>\\\\x0-9 ä]{0,6}( => |=>)?){0,4}";
    prop_oneof![resembling, any::<String>()]
}

proptest! {
    #[test]
    fn every_address_survives_its_text(address in address()) {
        let text = address.to_string();
        prop_assert_eq!(text.parse::<Address>(), Ok(address));
    }

    #[test]
    fn every_route_survives_its_text(addresses in prop::collection::vec(address(), 0..6)) {
        let route = Route::from(addresses);
        let text = route.to_string();
        prop_assert_eq!(text.parse::<Route>(), Ok(route));
    }

    #[test]
    fn an_address_is_printed_on_one_line(address in address()) {
        let text = address.to_string();
        prop_assert!(!text.chars().any(char::is_control), "{:?}", text);
    }

    #[test]
    fn text_is_read_or_refused_and_never_panics(text in text()) {
        if let Ok(address) = text.parse::<Address>() {
            prop_assert_eq!(address.to_string().parse::<Address>(), Ok(address));
        }
        if let Ok(route) = text.parse::<Route>() {
            prop_assert_eq!(route.to_string().parse::<Route>(), Ok(route));
        }
    }
}
