//! What a test means to happen, and what need not be said of it.

use std::panic;
use std::sync::Once;

use tracing::level_filters::LevelFilter;
use tracing_subscriber::layer::SubscriberExt;

/// Keeps panics off stderr that were raised with `panic_any("on purpose")`, and all the node's warnings:
/// the test harness would keep thousands of them in memory.
pub fn hush() {
    static HUSHED: Once = Once::new();
    HUSHED.call_once(|| {
        let say = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            if panic.payload().downcast_ref() != Some(&"on purpose") {
                say(panic);
            }
        }));
        let silent = tracing_subscriber::registry().with(LevelFilter::OFF);
        let installed = tracing::subscriber::set_global_default(silent);
        installed.expect("no other test of this program has a subscriber");
    });
}
