//! The guide's program in a new crate, for each way to depend on `ockam`.

use crate::new_crate::NewCrate;
use crate::{GUIDE, GUIDE_PRINTS};

#[test]
fn as_the_guide_says() {
    let dependencies = "ockam = \"0\"\nockam_node = \"0\"";
    let new = NewCrate::new("worker", dependencies, &["ockam", "ockam_node"]);
    builds_and_replies(&new, "worker", GUIDE);
    new.cargo_succeeds(&["clippy"]);
}

#[test]
fn ockam_alone() {
    let new = NewCrate::new("worker_alone", "ockam = \"0\"", &["ockam"]);
    builds_and_replies(&new, "worker_alone", GUIDE);
}

#[test]
fn ockam_under_another_name() {
    let dependencies = "workers = { package = \"ockam\", version = \"0\" }";
    let new = NewCrate::new("worker_renamed", dependencies, &["ockam"]);
    let program = GUIDE
        .replace("use ockam::", "use workers::")
        .replace("#[async_worker]", "#[async_worker(crate = \"workers\")]")
        .replace("#[ockam::node]", "#[workers::node(crate = \"workers\")]");
    assert!(!program.contains("ockam::"), "a name is left:\n{program}");
    builds_and_replies(&new, "worker_renamed", &program);
}

fn builds_and_replies(new: &NewCrate, name: &str, program: &str) {
    new.write("src/main.rs", program);
    new.cargo_succeeds(&["build"]);
    let (status, printed) = new.run(name);
    assert!(status.success(), "{name} ended with {status}");
    assert_eq!(printed, GUIDE_PRINTS);
}
