//! The same messages, read with `minicbor`.

use minicbor::data::Type;
use minicbor::decode::{Decoder, Error};
use ockam_core::{Address, Route, TransportType};
use ockam_transport::TransportMessage;
use ockam_transport::message::{MAX_ADDRESS, MAX_HOPS, MAX_TRACING};

/// The mark behind the last item of an array without a length.
const BREAK: u8 = 0xff;

/// Reads bytes both ways. What comes after the tracing is not compared.
pub(crate) fn same(frame: &[u8]) {
    let theirs = read(frame);
    match TransportMessage::decode(frame) {
        Ok(ours) => {
            let theirs = theirs.expect("minicbor reads what is read here");
            let ours = (ours.onward, ours.return_route, ours.payload, ours.tracing);
            assert_eq!(ours, theirs);
        }
        // An error is about something that minicbor refuses as well, or about the extension.
        Err(error) => assert!(theirs.is_err() || has_fifth(frame), "{error}"),
    }
}

type Parts<'a> = (Route, Route, &'a [u8], Option<&'a str>);

fn read(frame: &[u8]) -> Result<Parts<'_>, Error> {
    let mut decoder = Decoder::new(frame);
    let mut left = decoder.array()?;
    let onward = item(&mut decoder, &mut left, route)?;
    let return_route = item(&mut decoder, &mut left, route)?;
    let payload = item(&mut decoder, &mut left, Decoder::bytes)?;
    if !more(&mut decoder, &mut left)? {
        return Ok((onward, return_route, payload, None));
    }
    let tracing = tracing(&mut decoder)?;
    more(&mut decoder, &mut left)?;
    Ok((onward, return_route, payload, tracing))
}

fn has_fifth(frame: &[u8]) -> bool {
    let mut decoder = Decoder::new(frame);
    let mut left = decoder.array().expect("the reference has read it");
    let four = (0..4).all(|_| item(&mut decoder, &mut left, Decoder::skip).is_ok());
    four && more(&mut decoder, &mut left).is_ok_and(|fifth| fifth)
}

fn tracing<'a>(decoder: &mut Decoder<'a>) -> Result<Option<&'a str>, Error> {
    if decoder.datatype()? == Type::Null {
        return decoder.null().map(|()| None);
    }
    let text = decoder.str()?;
    Ok(Some(text).filter(|text| *text != "{}" && text.len() <= MAX_TRACING))
}

fn route(decoder: &mut Decoder<'_>) -> Result<Route, Error> {
    let mut left = decoder.array()?;
    let mut route = Route::new();
    while more(decoder, &mut left)? {
        route.push_back(address(decoder)?);
    }
    within(route.len() <= MAX_HOPS)?;
    Ok(route)
}

fn address(decoder: &mut Decoder<'_>) -> Result<Address, Error> {
    let mut left = decoder.array()?;
    let transport = item(decoder, &mut left, Decoder::u8)?;
    let value = item(decoder, &mut left, Decoder::bytes)?;
    within(value.len() <= MAX_ADDRESS && !more(decoder, &mut left)?)?;
    Ok(Address::new(TransportType::new(transport), value))
}

fn item<'a, T>(
    decoder: &mut Decoder<'a>,
    left: &mut Option<u64>,
    read: impl FnOnce(&mut Decoder<'a>) -> Result<T, Error>,
) -> Result<T, Error> {
    within(more(decoder, left)?)?;
    read(decoder)
}

fn more(decoder: &mut Decoder<'_>, left: &mut Option<u64>) -> Result<bool, Error> {
    if let Some(count) = left {
        let more = *count > 0;
        *count = count.saturating_sub(1);
        return Ok(more);
    }
    let next = decoder.input().get(decoder.position());
    let more = *next.ok_or_else(Error::end_of_input)? != BREAK;
    if !more {
        decoder.set_position(decoder.position() + 1);
    }
    Ok(more)
}

fn within(limit: bool) -> Result<(), Error> {
    limit
        .then_some(())
        .ok_or_else(|| Error::message("beyond a limit"))
}
