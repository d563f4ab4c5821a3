//! Two processes, and two versions of the same messages: all pairs of small changes.

use std::fmt::Debug;

use ockam::{Connection, Context, ErrorKind, Message, Result, TransportSettings, route};
use ockam_contract::pace::soon;
use ockam_contract::program::Program;
use ockam_contract::versions_of_a_type::{ForEach, for_each};

use crate::nodes::connecting;

/// The names of the versions, and for each of them its message in words and how to ask with it.
#[derive(Default)]
struct Asks {
    names: Vec<&'static str>,
    messages: Vec<String>,
    asks: Vec<Box<Ask>>,
}

type Ask = dyn Fn(&Context, &Connection, &'static str) -> Asking;
type Asking = std::pin::Pin<Box<dyn Future<Output = Result<String>>>>;

impl ForEach for Asks {
    fn version<M: Message + Debug + Clone + Sync>(&mut self, name: &'static str, message: M) {
        self.names.push(name);
        self.messages.push(format!("{message:?}"));
        self.asks.push(Box::new(move |ctx, connection, to| {
            let (sender, route, message) = (ctx.sender(), route![connection, to], message.clone());
            Box::pin(async move { sender.ask::<String>(route, message).await })
        }));
    }
}

#[tokio::test]
async fn each_version_is_read_by_itself_and_refused_by_all_others() -> Result<()> {
    let program = Program::run(env!("CARGO_BIN_EXE_versions_of_a_type"), "127.0.0.1:0");
    let (client, tcp) = connecting(TransportSettings::new()).await?;
    let connection = tcp.connect(program.line()).await?;
    let mut versions = Asks::default();
    for_each(&mut versions);
    for (from, ask) in versions.asks.iter().enumerate() {
        for (to, &name) in versions.names.iter().enumerate() {
            let pair = (versions.names[from], name);
            match soon(ask(&client, &connection, name)).await {
                Ok(read) => {
                    assert_eq!(from, to, "{pair:?}: {read}");
                    assert_eq!(read, versions.messages[from]);
                }
                Err(error) => {
                    assert_ne!(from, to, "{pair:?}: {error}");
                    assert_eq!(error.kind(), ErrorKind::WrongType, "{pair:?}: {error}");
                    let text = error.to_string();
                    assert!(text.contains("another `Order`"), "{pair:?}: {text}");
                    // It says what differs, though only the other process has that type.
                    assert!(text.contains(": "), "{pair:?}: {text}");
                    assert!(
                        ["field", "variant", "it has"]
                            .iter()
                            .any(|what| text.contains(what)),
                        "{text}"
                    );
                }
            }
        }
    }
    soon(client.stop()).await
}
