use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;

/// Writes events to stderr as `RUST_LOG` says, from `warn` on if it says nothing. A subscriber that
/// the program has installed stays.
pub(crate) fn install() {
    let filter = EnvFilter::builder()
        .with_default_directive(LevelFilter::WARN.into())
        .from_env_lossy();
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    // Refused if there is one already.
    let _ = subscriber.try_init();
}
