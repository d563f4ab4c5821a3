//! The text form of addresses and routes, by example.

use std::error::Error;

use ockam::{Address, Context, Result, Route, Routed, TransportType, Worker, async_worker, route};

#[test]
fn the_text_form_is_type_and_value() -> Result<()> {
    let forms = [
        ("0#echoer", Address::local("echoer")),
        (
            "1#127.0.0.1:4000",
            Address::new(TransportType::TCP, "127.0.0.1:4000"),
        ),
        ("255#x", Address::new(TransportType::new(255), "x")),
        ("0#", Address::local("")),
        ("0#a#b", Address::local("a#b")),
        ("0##", Address::local("#")),
        (r"0#a \x3d> b", Address::local("a => b")),
        (r"0# margins\x20", Address::local(" margins ")),
        (r"0#back\\slash", Address::local(r"back\slash")),
        (r"0#\xff\x00", Address::local([0xff, 0x00])),
        (r"0#line\x0abreak", Address::local("line\nbreak")),
        ("0#größe", Address::local("größe")),
    ];
    for (text, address) in forms {
        assert_eq!(address.to_string(), text);
        assert_eq!(text.parse::<Address>()?, address, "{text}");
    }
    Ok(())
}

#[test]
fn text_without_a_type_is_a_local_address() -> Result<()> {
    assert_eq!("echoer".parse::<Address>()?, Address::from("echoer"));
    assert_eq!(
        "127.0.0.1:4000".parse::<Address>()?,
        Address::from("127.0.0.1:4000")
    );
    Ok(())
}

#[test]
fn bad_text_is_an_error_that_quotes_it() {
    let bad = [
        "", "#", "256#x", "-1#x", "+1#x", " 1#x", "1 #x", "tcp#x", "١#x", r"0#a\", r"0#\q",
        r"0#\x", r"0#\x4", r"0#\xg0", r"0#\x+1", r"0#\xä", r"a\",
    ];
    for text in bad {
        let error = text.parse::<Address>().expect_err(text);
        assert!(error.to_string().contains(&format!("`{text}`")), "{error}");
    }
}

#[test]
fn a_route_is_written_with_arrows() -> Result<()> {
    let tcp = Address::new(TransportType::TCP, "127.0.0.1:4000");
    let forms = [
        ("1#127.0.0.1:4000 => 0#echoer", route![tcp, "echoer"]),
        ("0#a => 0#b => 0#c", route!["a", "b", "c"]),
        ("0#only", route!["only"]),
        ("", route![]),
        (r"0#a \x3d> 0#b", route!["a => 0#b"]),
        ("0#a= => 0#>b", route!["a=", ">b"]),
    ];
    for (text, route) in forms {
        assert_eq!(route.to_string(), text);
        assert_eq!(text.parse::<Route>()?, route, "{text}");
    }
    Ok(())
}

#[test]
fn blanks_around_arrows_are_free() -> Result<()> {
    for text in ["a=>b", " a =>\tb ", "0#a  =>  0#b", "\n0#a\n=>\n0#b\n"] {
        assert_eq!(text.parse::<Route>()?, route!["a", "b"], "{text:?}");
    }
    assert!(" \t\n".parse::<Route>()?.is_empty());
    Ok(())
}

#[test]
fn the_error_of_a_bad_route_quotes_it_and_has_the_bad_address_as_its_cause() {
    let bad = [
        ("=>", "``"),
        ("a =>", "``"),
        ("=> a", "``"),
        ("a => => b", "``"),
        ("0#a => 256#b => 0#c", "`256#b`"),
        (r"0#a => 0#b\", r"`0#b\`"),
    ];
    for (text, address) in bad {
        let error = text.parse::<Route>().expect_err(text);
        assert!(error.to_string().contains(&format!("`{text}`")), "{error}");
        let cause = error
            .source()
            .expect("a bad route has a bad address")
            .to_string();
        assert!(cause.contains(address), "{cause}");
    }
}

struct Introducer;

#[async_worker]
impl Worker for Introducer {
    type Message = ();

    async fn handle_message(&mut self, ctx: &mut Context, msg: Routed<()>) -> Result<()> {
        let asker = msg.sender().map(ToString::to_string);
        ctx.reply(asker.unwrap_or_default()).await
    }
}

#[ockam::test]
async fn the_address_of_an_asker_has_a_text_form_that_nobody_guesses(ctx: Context) -> Result<()> {
    ctx.start_worker("introducer", Introducer).await?;
    let mut texts = Vec::new();
    for _ in 0..3 {
        texts.push(ctx.ask::<String>("introducer", ()).await?);
    }
    for text in &texts {
        let address: Address = text.parse()?;
        assert!(address.is_local());
        assert_eq!(
            address.value().len(),
            32,
            "128 bits in hexadecimal digits: {text}"
        );
        assert_eq!(&address.to_string(), text);
    }
    texts.sort_unstable();
    texts.dedup();
    assert_eq!(texts.len(), 3);
    Ok(())
}
