use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode, Uri};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use ockam_node::Recording;
use tokio::sync::watch;

use crate::findings;
use crate::guard::{check_request, check_token};
use crate::listing;
use crate::metrics;
use crate::recorded;
use crate::snapshot::Shown;
use crate::token::Token;

const HTML: &str = "text/html; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const STYLE: &str = "text/css; charset=utf-8";
const JSON: &str = "application/json";
const TEXT: &str = "text/plain; charset=utf-8";
const METRICS: &str = "text/plain; version=0.0.4; charset=utf-8";

/// The browser loads nothing from elsewhere, runs no script in the text of the page, and shows the page in no frame.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
    img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// What the answers are made of.
struct Seen {
    shown: watch::Receiver<Shown>,
    recordings: Vec<Recording>,
    token: Option<Token>,
}

/// The routes of the console. The page itself is shown without the token, since it has to ask for it. It has nothing
/// of the node in it.
pub(crate) fn routes(
    shown: watch::Receiver<Shown>,
    recordings: Vec<Recording>,
    token: Option<Token>,
) -> Router {
    let seen = Arc::new(Seen {
        shown,
        recordings,
        token,
    });
    let with_token = middleware::from_fn_with_state(seen.clone(), for_those_with_token);
    let for_all = middleware::from_fn_with_state(seen.clone(), for_readers);
    Router::new()
        .route("/api/node", get(node))
        .route("/api/recorded", get(recorded))
        .route("/diagnose", get(diagnose))
        .route("/metrics", get(metrics))
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
        .with_state(seen)
        .layer(for_all)
}

type Answer = ([(HeaderName, &'static str); 1], &'static str);

/// Answers with a text that is always the same.
fn fixed(
    content: &'static str,
    text: &'static str,
) -> impl Fn() -> std::future::Ready<Answer> + Clone + Send + 'static {
    move || std::future::ready(([(CONTENT_TYPE, content)], text))
}

async fn for_readers(State(seen): State<Arc<Seen>>, request: Request, next: Next) -> Response {
    let checked = check_request(request.method(), request.headers(), seen.token.is_some());
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
    State(seen): State<Arc<Seen>>,
    request: Request,
    next: Next,
) -> Response {
    match check_token(request.headers(), seen.token.as_ref()) {
        Ok(()) => next.run(request).await,
        Err(refused) => ([(WWW_AUTHENTICATE, "Bearer")], refused.into_response()).into_response(),
    }
}

async fn node(State(seen): State<Arc<Seen>>) -> Response {
    let shown = seen.shown.borrow().clone();
    ([(CONTENT_TYPE, JSON)], listing::json(&shown)).into_response()
}

async fn recorded(State(seen): State<Arc<Seen>>) -> Response {
    let shown = seen.shown.borrow().clone();
    let json = || recorded::json(&seen.recordings);
    let json = shown.written.recorded.get_or_init(json).clone();
    ([(CONTENT_TYPE, JSON)], json).into_response()
}

async fn diagnose(State(seen): State<Arc<Seen>>, uri: Uri) -> Response {
    let shown = seen.shown.borrow().clone();
    let slow_after = match parameter(&uri, "slow_ms").map(str::parse) {
        None => shown.slow_after,
        Some(Ok(millis)) => Duration::from_millis(millis),
        Some(Err(_)) => {
            let why = "`slow_ms` is a number of milliseconds\n";
            return (StatusCode::BAD_REQUEST, why).into_response();
        }
    };
    let findings = findings::of(&shown, slow_after);
    let status = match findings.is_empty() {
        true => StatusCode::OK,
        false => StatusCode::SERVICE_UNAVAILABLE,
    };
    let text = findings::as_text(&findings);
    (status, [(CONTENT_TYPE, TEXT)], text).into_response()
}

async fn metrics(State(seen): State<Arc<Seen>>, uri: Uri) -> Response {
    let shown = seen.shown.borrow().clone();
    let with_workers = parameter(&uri, "workers") == Some("1");
    let text = metrics::of(&shown, with_workers);
    ([(CONTENT_TYPE, METRICS)], text).into_response()
}

/// Returns a parameter of a request.
fn parameter<'a>(uri: &'a Uri, name: &str) -> Option<&'a str> {
    let mut parameters = uri.query()?.split('&').filter_map(|it| it.split_once('='));
    parameters
        .find(|(it, _)| *it == name)
        .map(|(_, value)| value)
}
