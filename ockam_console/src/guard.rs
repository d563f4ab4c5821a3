//! Who is answered.

use std::net::IpAddr;

use axum::http::header::{AUTHORIZATION, HOST, ORIGIN};
use axum::http::{HeaderMap, Method, StatusCode};

use crate::token::Token;

/// Why a request is refused, with a line that says so.
pub(crate) type Refused = (StatusCode, &'static str);

/// Checks what holds of all requests: they read, and no website makes them.
///
/// A website could reach a console on loopback by a name of its own (DNS rebinding). It can't without a browser that
/// sends that name as the host. A token keeps websites out, whatever the name is.
pub(crate) fn check_request(
    method: &Method,
    headers: &HeaderMap,
    has_token: bool,
) -> Result<(), Refused> {
    if !matches!(*method, Method::GET | Method::HEAD) {
        return Err((StatusCode::METHOD_NOT_ALLOWED, "the console only reads\n"));
    }
    let Some(host) = only(headers, HOST.as_str()) else {
        return Err((StatusCode::BAD_REQUEST, "a request has one host\n"));
    };
    if !has_token && !is_loopback(host) {
        let why = "without a token, the console is for localhost only\n";
        return Err((StatusCode::MISDIRECTED_REQUEST, why));
    }
    let foreign = (StatusCode::FORBIDDEN, "the console is for its own page\n");
    if headers.contains_key(ORIGIN) {
        let origin = only(headers, ORIGIN.as_str()).and_then(|origin| origin.split_once("://"));
        let is_own = origin.is_some_and(|(_, name)| name.eq_ignore_ascii_case(host));
        return if is_own { Ok(()) } else { Err(foreign) };
    }
    // A link on another site may lead here. Its scripts, images and frames may not.
    let is = |name: &str, value: &[u8]| headers.get(name).is_some_and(|it| it.as_bytes() == value);
    let from_elsewhere = is("sec-fetch-site", b"cross-site") || is("sec-fetch-site", b"same-site");
    let is_link = is("sec-fetch-mode", b"navigate") && is("sec-fetch-dest", b"document");
    match from_elsewhere && !is_link {
        true => Err(foreign),
        false => Ok(()),
    }
}

/// Checks the token, if the console has one.
pub(crate) fn check_token(headers: &HeaderMap, token: Option<&Token>) -> Result<(), Refused> {
    let Some(token) = token else {
        return Ok(());
    };
    let sent = headers.get(AUTHORIZATION);
    match sent.is_some_and(|sent| token.is_in(sent.as_bytes())) {
        true => Ok(()),
        false => Err((StatusCode::UNAUTHORIZED, "the console needs its token\n")),
    }
}

/// Returns the value of a header that is there once.
fn only<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?.to_str().ok()?;
    values.next().is_none().then_some(value)
}

/// Returns whether a host, with its port, is `localhost` or a loopback address.
fn is_loopback(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    let name = name
        .strip_prefix('[')
        .and_then(|name| name.strip_suffix(']'))
        .unwrap_or(name);
    let is_loopback = |ip: IpAddr| ip.to_canonical().is_loopback();
    name.eq_ignore_ascii_case("localhost") || name.parse().is_ok_and(is_loopback)
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};

    use super::check_request;

    fn check(method: Method, headers: &[(&str, &str)], has_token: bool) -> u16 {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            let name = HeaderName::try_from(*name).unwrap();
            map.append(name, HeaderValue::from_str(value).unwrap());
        }
        let checked = check_request(&method, &map, has_token);
        checked
            .map_or_else(|(status, _)| status, |()| StatusCode::OK)
            .as_u16()
    }

    #[test]
    fn hosts_are_those_of_loopback() {
        let with = |host| check(Method::GET, &[("host", host)], false);
        for own in [
            "localhost",
            "LOCALHOST:80",
            "127.0.0.1:9",
            "127.8.9.1",
            "[::1]:9",
            "[::1]",
        ] {
            assert_eq!(with(own), 200, "{own}");
        }
        for foreign in [
            "",
            ":80",
            "evil.example",
            "localhost.evil.example:80",
            "evil.example:127.0.0.1",
            "127.0.0.1.evil.example",
            "127.0.0.1@evil.example",
            "10.0.0.1",
            "0.0.0.0",
            "[::]:80",
            "2130706433",
        ] {
            assert_eq!(with(foreign), 421, "{foreign}");
        }
        assert_eq!(check(Method::GET, &[("host", "evil.example")], true), 200);
        assert_eq!(check(Method::GET, &[], false), 400);
        let twice = [("host", "localhost"), ("host", "localhost")];
        assert_eq!(check(Method::GET, &twice, true), 400);
    }

    #[test]
    fn other_sites_may_link_and_nothing_else() {
        let with = |headers: &[_]| {
            let headers = [&[("host", "localhost:9")], headers].concat();
            check(Method::GET, &headers, true)
        };
        assert_eq!(with(&[("origin", "http://localhost:9")]), 200);
        assert_eq!(with(&[("sec-fetch-site", "same-origin")]), 200);
        let navigates = ("sec-fetch-mode", "navigate");
        let link = [("sec-fetch-site", "cross-site"), navigates];
        assert_eq!(
            with(&[&link[..], &[("sec-fetch-dest", "document")]].concat()),
            200
        );
        assert_eq!(
            with(&[&link[..], &[("sec-fetch-dest", "iframe")]].concat()),
            403
        );
        for foreign in [
            "null",
            "http://evil.example",
            "http://localhost",
            "localhost:9",
            "",
        ] {
            assert_eq!(with(&[("origin", foreign)]), 403, "{foreign}");
        }
        assert_eq!(with(&[("sec-fetch-site", "cross-site")]), 403);
        assert_eq!(with(&[("sec-fetch-site", "same-site")]), 403);
    }

    #[test]
    fn nothing_but_reading_is_allowed() {
        for method in [
            Method::POST,
            Method::PUT,
            Method::DELETE,
            Method::OPTIONS,
            Method::PATCH,
        ] {
            assert_eq!(check(method, &[("host", "localhost")], true), 405);
        }
        assert_eq!(check(Method::HEAD, &[("host", "localhost")], true), 200);
    }
}
