//! The description of the API is true.

use ockam::{Restart, Result, Supervisor, TcpTransport, WorkerBuilder};
use serde_json::{Map, Value};

use crate::client::{get, until};
use crate::planted::{Busy, console_for, node};

/// Checks that a value is as a schema says, and that the schema tells of all that it has.
fn check(value: &Value, schema: &Value, all: &Value, at: &str) {
    if let Some(name) = schema["$ref"].as_str() {
        let name = name.rsplit('/').next().unwrap();
        return check(value, &all["components"]["schemas"][name], all, at);
    }
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let types = match &schema["type"] {
        Value::Array(types) => types.clone(),
        one => vec![one.clone()],
    };
    let is_number = kind == "integer" && types.contains(&"number".into());
    assert!(
        types.contains(&kind.into()) || is_number,
        "{at} is {kind}, not {types:?}"
    );
    if let (Some(values), false) = (schema["enum"].as_array(), value.is_null()) {
        assert!(
            values.contains(value),
            "{at}: {value} is none of {values:?}"
        );
    }
    for (number, item) in value.as_array().into_iter().flatten().enumerate() {
        check(item, &schema["items"], all, &format!("{at}[{number}]"));
    }
    if let Some(object) = value.as_object() {
        let none = Map::new();
        let properties = schema["properties"].as_object().unwrap_or(&none);
        let required = schema["required"]
            .as_array()
            .expect("an object lists what it has");
        for name in required {
            assert!(
                object.contains_key(name.as_str().unwrap()),
                "{at} lacks {name}"
            );
        }
        assert_eq!(
            required.len(),
            properties.len(),
            "{at}: all that it has is always there"
        );
        for (name, value) in object {
            let schema = properties.get(name);
            let schema = schema.unwrap_or_else(|| panic!("{at}.{name} is not described"));
            check(value, schema, all, &format!("{at}.{name}"));
        }
    }
}

/// Replaces what differs from run to run: figures, ports and names that are random, and the times in texts.
fn without_chance(value: &mut Value) {
    match value {
        Value::Number(_) => *value = 0.into(),
        Value::Array(items) if items.iter().all(Value::is_number) => items.clear(),
        Value::Array(items) => items.iter_mut().for_each(without_chance),
        Value::Object(members) => {
            for (name, member) in members {
                match name.as_str() {
                    "peer" | "text" => *member = format!("some {name}").into(),
                    _ => without_chance(member),
                }
            }
        }
        Value::String(text) if text.starts_with("0#") && text.len() > 20 => {
            *text = "0#random".into()
        }
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}

/// Compares an answer with the one that is kept. `GOLDEN=overwrite` keeps it anew.
fn same_as_golden(name: &str, value: &Value) {
    let path = format!("{}/tests/golden/{name}.json", env!("CARGO_MANIFEST_DIR"));
    let text = serde_json::to_string_pretty(value).unwrap() + "\n";
    if std::env::var("GOLDEN").is_ok_and(|it| it == "overwrite") {
        std::fs::write(&path, &text).unwrap();
    }
    let golden = std::fs::read_to_string(&path).unwrap();
    assert_eq!(
        text, golden,
        "{path} has another answer: `GOLDEN=overwrite` keeps this one"
    );
}

#[tokio::test]
async fn the_answers_are_as_described() -> Result<()> {
    let ctx = node().await?;
    let at = console_for(&ctx)
        .record("busy")
        .listen("127.0.0.1:0")
        .await?;
    let at = at.local_address();
    let child = WorkerBuilder::from_fn("busy", || Busy).restart(Restart::on_failure());
    Supervisor::one_for_one("boss")
        .child(child)
        .start(&ctx)
        .await?;
    ctx.ask::<String>("busy", "panic".to_string())
        .await
        .unwrap_err();
    ctx.start_worker("hung", Busy).await?;
    ctx.send_message("hung", "hang".to_string()).await?;
    let inbox = ctx.open("inbox")?;
    ctx.send_message("inbox", 7_u64).await?;
    drop(inbox);
    let server = node().await?;
    let listener = TcpTransport::new(&server)?;
    let listener = listener.listen("127.0.0.1:0", "busy").await?;
    let tcp = TcpTransport::new(&ctx)?;
    tcp.connect(listener.local_address()).await?;
    let open_api = get(at, "/api/openapi.json").await.json();
    let answer = until(at, "/api/node", |answer| {
        let node = answer.json();
        let has_lost = !node["dead_letters"]["recent"]
            .as_array()
            .unwrap()
            .is_empty();
        has_lost
            && node["findings"].as_array().is_some_and(|it| it.len() == 2)
            && node["workers_total"] == 5
            && node["connections_total"] == 1
            && node["workers"][2]["state"] == "waiting"
    });
    let node = answer.await.json();
    for (path, value) in [
        ("/api/node", &node),
        ("/api/recorded", &get(at, "/api/recorded").await.json()),
        ("/api/nodes", &get(at, "/api/nodes").await.json()),
    ] {
        let schema = &open_api["paths"][path]["get"]["responses"]["200"]["content"];
        let schema = &schema["application/json"]["schema"];
        check(value, schema, &open_api, path);
    }
    for (name, mut value) in [
        ("node", node.clone()),
        ("recorded", get(at, "/api/recorded").await.json()),
    ] {
        without_chance(&mut value);
        same_as_golden(name, &value);
    }
    let busy = node["workers"]
        .as_array()
        .unwrap()
        .iter()
        .find(|it| it["address"] == "0#busy");
    assert!(busy.unwrap()["last_failure"].is_string(), "{busy:?}");
    for path in open_api["paths"].as_object().unwrap().keys() {
        // There is no other node.
        let status = get(at, path).await.status;
        assert!(
            matches!(status, 200 | 503) || path.contains('{') && status == 404,
            "{path}"
        );
    }
    ctx.stop().await?;
    server.stop().await
}
