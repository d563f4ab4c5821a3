//! Looking at nodes, again and again.

use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use crate::http;
use crate::node::Node;

/// How often a node is looked at.
const INTERVAL: Duration = Duration::from_secs(1);

/// The console of a node.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    pub(crate) address: String,
    token: Option<String>,
}

/// A look at a node, or why there is none.
pub(crate) type Looked = Result<Node, String>;

impl Source {
    /// Reads the address of a console: `host:port`, also as a URL.
    pub(crate) fn parse(text: &str, token: Option<String>) -> Result<Self, String> {
        let address = text.strip_prefix("http://").unwrap_or(text);
        let address = address.strip_suffix('/').unwrap_or(address);
        let is_printable = |text: &str| text.bytes().all(|byte| byte.is_ascii_graphic());
        let port = address
            .rsplit_once(':')
            .map(|(_, port)| port.parse::<u16>());
        if !matches!(port, Some(Ok(_))) || !is_printable(address) || address.contains('/') {
            return Err(format!("{text:?} is no `host:port` of a console"));
        }
        if token.as_deref().is_some_and(|token| !is_printable(token)) {
            return Err("the token has characters that no token has".to_owned());
        }
        let address = address.to_owned();
        Ok(Self { address, token })
    }

    pub(crate) fn look(&self) -> Looked {
        let answer = http::get(&self.address, "/api/node", self.token.as_deref());
        match answer.map_err(|error| error.to_string())? {
            (200, body) => serde_json::from_slice(&body).map_err(|error| error.to_string()),
            (401, _) => Err("its token is asked for: set OCKAM_CONSOLE_TOKEN".to_owned()),
            (status, _) => Err(format!("it answers with status {status}")),
        }
    }
}

/// The looks at all nodes, each with its place in the list.
pub(crate) struct Looker(Receiver<(usize, Looked)>);

impl Looker {
    /// Starts a thread for each node.
    pub(crate) fn start(sources: Vec<Source>) -> Self {
        let (sender, looks) = mpsc::sync_channel(sources.len());
        for (place, source) in sources.into_iter().enumerate() {
            let sender = sender.clone();
            thread::spawn(move || {
                while sender.send((place, source.look())).is_ok() {
                    thread::sleep(INTERVAL);
                }
            });
        }
        Self(looks)
    }

    /// Returns the looks that have come.
    pub(crate) fn take(&self) -> impl Iterator<Item = (usize, Looked)> + '_ {
        self.0.try_iter()
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;
    use std::thread;

    use super::Source;

    /// Answers one request, and returns what was asked.
    fn answer_once(status: &str, body: &str) -> (String, thread::JoinHandle<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let answer = format!(
            "HTTP/1.1 {status}\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        let server = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut asked = Vec::new();
            let mut buffer = [0; 1024];
            while !asked.ends_with(b"\r\n\r\n") {
                let read = stream.read(&mut buffer).unwrap();
                asked.extend_from_slice(&buffer[..read]);
            }
            stream.write_all(answer.as_bytes()).unwrap();
            String::from_utf8(asked).unwrap()
        });
        (address, server)
    }

    #[test]
    fn a_console_is_asked_with_its_token() {
        let golden = include_str!("../../ockam_console/tests/golden/node.json");
        let (address, server) = answer_once("200 OK", golden);
        let source = Source::parse(&address, Some("0123456789abcdef".to_owned())).unwrap();
        let node = source.look().unwrap();
        assert_eq!(node.workers.len(), 5);
        let asked = server.join().unwrap();
        assert!(asked.starts_with("GET /api/node HTTP/1.1\r\n"), "{asked}");
        assert!(
            asked.contains("Authorization: Bearer 0123456789abcdef\r\n"),
            "{asked}"
        );
    }

    #[test]
    fn why_there_is_no_look_is_told() {
        for (status, body, why) in [
            ("401 Unauthorized", "", "OCKAM_CONSOLE_TOKEN"),
            ("500 Internal Server Error", "", "500"),
            ("200 OK", "<html>", "expected value"),
        ] {
            let (address, server) = answer_once(status, body);
            let error = Source::parse(&address, None).unwrap().look().unwrap_err();
            assert!(error.contains(why), "{error}");
            server.join().unwrap();
        }
        let nobody = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap();
        let error = Source::parse(&nobody.to_string(), None).unwrap().look();
        assert!(error.is_err_and(|it| it.contains("refused")));
    }

    #[test]
    fn addresses_are_those_of_consoles() {
        for right in ["127.0.0.1:9400", "http://localhost:9400/", "[::1]:9400"] {
            Source::parse(right, None).unwrap();
        }
        for wrong in [
            "",
            "localhost",
            "host:99999",
            "a b:1",
            "http://host:1/x",
            "h\r\n:1",
        ] {
            let error = Source::parse(wrong, None).unwrap_err();
            assert!(error.contains(&format!("{wrong:?}")), "{error}");
        }
        Source::parse("h:1", Some("two\r\nlines".to_owned())).unwrap_err();
    }
}
