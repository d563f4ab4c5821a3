//! A program that is built with `panic = "abort"`.

use crate::GUIDE;
use crate::GUIDE_PRINTS;
use crate::dependencies::Shown;
use crate::new_crate::NewCrate;

#[test]
fn a_program_hears_at_its_start_that_panics_are_not_isolated() {
    let new = NewCrate::new("worker_aborting", &Shown::read().alone);
    new.add_to_profile("panic = \"abort\"");
    new.write("src/main.rs", GUIDE);
    new.build();
    let (status, printed) = new.run("worker_aborting");
    assert!(status.success(), "it ended with {status}");
    let said = printed
        .strip_prefix(GUIDE_PRINTS)
        .expect("the guide's line");
    assert!(
        said.contains("a panic in a worker ends the process"),
        "{said}"
    );
    assert_eq!(said.lines().count(), 1, "{said}");
}
