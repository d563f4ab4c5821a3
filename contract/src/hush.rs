//! Silence for panics and warnings that a test causes on purpose.

use std::panic;
use std::sync::Once;

use tracing::level_filters::LevelFilter;
use tracing_subscriber::layer::SubscriberExt;

/// Keeps panics with `panic_any("on purpose")` and all warnings of the node off stderr. The test
/// harness would store thousands of them.
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
