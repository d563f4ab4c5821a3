use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode, Uri};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use ockam_node::Sender;
use serde::Serialize;

use crate::api::{Answer, Seen, Topic};
use crate::guard::{check_request, check_token};
use crate::remote::RemoteNode;
use crate::token::Token;

const HTML: &str = "text/html; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const STYLE: &str = "text/css; charset=utf-8";
const JSON: &str = "application/json";
const TEXT: &str = "text/plain; charset=utf-8";

/// The browser loads nothing from elsewhere, runs no script in the text of the page, and shows the page in no frame.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
    img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// What the routes lead to.
pub(crate) struct Console {
    pub(crate) seen: Arc<Seen>,
    pub(crate) others: Vec<RemoteNode>,
    /// What asks other nodes.
    pub(crate) sender: Sender,
    pub(crate) token: Option<Token>,
}

/// The routes of the console. The page itself is shown without the token, since it has to ask for it. It has nothing
/// of the node in it.
pub(crate) fn routes(console: Console) -> Router {
    let console = Arc::new(console);
    let with_token = middleware::from_fn_with_state(console.clone(), for_those_with_token);
    let for_all = middleware::from_fn_with_state(console.clone(), for_readers);
    let mut router = Router::new();
    for topic in Topic::ALL {
        router = router.route(topic.path(), get(own));
    }
    router
        .route("/api/nodes", get(nodes))
        .route("/nodes/{name}/{*path}", get(of_other))
        .route_layer(with_token)
        .route("/", get(fixed(HTML, include_str!("page/page.html"))))
        .route(
            "/console.js",
            get(fixed(SCRIPT, include_str!("page/console.js"))),
        )
        .route(
            "/console.css",
            get(fixed(STYLE, include_str!("page/console.css"))),
        )
        .route(
            "/api/openapi.json",
            get(fixed(JSON, include_str!("page/openapi.json"))),
        )
        .with_state(console)
        .layer(for_all)
}

type Fixed = ([(HeaderName, &'static str); 1], &'static str);

/// Answers with a text that is always the same.
fn fixed(
    content: &'static str,
    text: &'static str,
) -> impl Fn() -> std::future::Ready<Fixed> + Clone + Send + 'static {
    move || std::future::ready(([(CONTENT_TYPE, content)], text))
}

async fn for_readers(
    State(console): State<Arc<Console>>,
    request: Request,
    next: Next,
) -> Response {
    let checked = check_request(request.method(), request.headers(), console.token.is_some());
    let mut response = match checked {
        Ok(()) => next.run(request).await,
        Err(refused) => refused.into_response(),
    };
    let headers = response.headers_mut();
    for (name, value) in [
        (CACHE_CONTROL.as_str(), "no-store"),
        ("content-security-policy", POLICY),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("referrer-policy", "no-referrer"),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
    ] {
        headers.insert(
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        );
    }
    response
}

async fn for_those_with_token(
    State(console): State<Arc<Console>>,
    request: Request,
    next: Next,
) -> Response {
    match check_token(request.headers(), console.token.as_ref()) {
        Ok(()) => next.run(request).await,
        Err(refused) => ([(WWW_AUTHENTICATE, "Bearer")], refused.into_response()).into_response(),
    }
}

async fn own(State(console): State<Arc<Console>>, uri: Uri) -> Response {
    match Topic::at(uri.path()) {
        Some(topic) => respond(topic, console.seen.answer(topic, uri.query())),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// Answers with what another node shows. Its content is never taken for a page or a script.
async fn of_other(
    State(console): State<Arc<Console>>,
    Path((name, path)): Path<(String, String)>,
    uri: Uri,
) -> Response {
    let other = console.others.iter().find(|it| it.name == name);
    match (other, Topic::at(&format!("/{path}"))) {
        (Some(other), Some(topic)) => {
            respond(topic, other.ask(&console.sender, topic, uri.query()).await)
        }
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

/// Lists the nodes that can be looked at, this one first.
async fn nodes(State(console): State<Arc<Console>>) -> Response {
    let own = console.seen.shown.borrow().name.clone();
    let mut nodes = vec![ListedNode {
        name: &own,
        path: String::new(),
    }];
    nodes.extend(console.others.iter().map(|other| ListedNode {
        name: &other.name,
        path: format!("nodes/{}/", other.name),
    }));
    let json = serde_json::to_vec(&nodes).expect("texts are JSON");
    ([(CONTENT_TYPE, JSON)], json).into_response()
}

#[derive(Serialize)]
struct ListedNode<'a> {
    name: &'a str,
    /// What stands before `api/node`.
    path: String,
}

fn respond(topic: Topic, answer: Answer) -> Response {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::BAD_GATEWAY);
    let content = match status {
        StatusCode::OK | StatusCode::SERVICE_UNAVAILABLE => topic.content_type(),
        _ => TEXT,
    };
    (status, [(CONTENT_TYPE, content)], answer.body).into_response()
}
