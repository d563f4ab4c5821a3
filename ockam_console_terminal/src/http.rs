//! As much of an HTTP client as a console needs: one request, one answer with a length.

use std::io::{self, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::Duration;

/// How long each step of a request may take.
const MAX_WAIT: Duration = Duration::from_secs(5);

/// The longest answer, in bytes.
const MAX_ANSWER_BYTES: u64 = 16 * 1024 * 1024;

/// Asks for a path. Returns the status and the body.
pub(crate) fn get(address: &str, path: &str, token: Option<&str>) -> io::Result<(u16, Vec<u8>)> {
    let mut found = address.to_socket_addrs()?;
    let nothing = || io::Error::new(io::ErrorKind::NotFound, "the name leads to no address");
    let socket = found.next().ok_or_else(nothing)?;
    let mut stream = TcpStream::connect_timeout(&socket, MAX_WAIT)?;
    stream.set_read_timeout(Some(MAX_WAIT))?;
    stream.set_write_timeout(Some(MAX_WAIT))?;
    let token = token.map(|token| format!("Authorization: Bearer {token}\r\n"));
    let token = token.unwrap_or_default();
    let request =
        format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n{token}\r\n");
    stream.write_all(request.as_bytes())?;
    let mut answer = Vec::new();
    stream.take(MAX_ANSWER_BYTES).read_to_end(&mut answer)?;
    split(&answer).ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "this is no console"))
}

/// Returns the status and the body of an answer, whose connection has been closed behind it.
fn split(answer: &[u8]) -> Option<(u16, Vec<u8>)> {
    let end = answer.windows(4).position(|it| it == b"\r\n\r\n")?;
    let head = str::from_utf8(&answer[..end]).ok()?;
    let status = head.strip_prefix("HTTP/1.1 ")?.get(..3)?.parse().ok()?;
    let mut lengths = head.lines().filter_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length")
            .then_some(value.trim())
    });
    let length: usize = lengths.next_back()?.parse().ok()?;
    let body = answer.get(end + 4..)?;
    (body.len() == length).then(|| (status, body.to_vec()))
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn an_answer_has_a_status_and_a_whole_body() {
        let whole = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 5\r\n\r\nslow\n";
        assert_eq!(split(whole), Some((503, b"slow\n".to_vec())));
        for wrong in [
            &b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\ncut off"[..],
            b"HTTP/1.1 200 OK\r\n\r\nno length",
            b"SSH-2.0-OpenSSH\r\n\r\n",
            b"HTTP/1.1 2\r\n\r\n",
            b"",
        ] {
            assert_eq!(split(wrong), None, "{}", String::from_utf8_lossy(wrong));
        }
    }
}
