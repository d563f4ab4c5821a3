#![deny(warnings)]

extern crate std as ockam;

mod vendor {
    pub(crate) extern crate ockam as actors;
}

#[vendor::actors::node(crate = "crate::vendor::actors")]
async fn main(ctx: vendor::actors::Context) -> vendor::actors::Result<()> {
    ctx.stop().await
}
