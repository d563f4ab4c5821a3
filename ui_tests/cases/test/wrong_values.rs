#[ockam::test(timeout = "5s", allow, name = 7)]
async fn one() {}

#[ockam::test(timeout = 0, allow(mistakes), allowed(unhandled))]
async fn another() {}

#[ockam::test(allow = unhandled)]
async fn a_third() {}

#[ockam::test(allow("unhandled"))]
async fn a_fourth() {}

fn main() {}
