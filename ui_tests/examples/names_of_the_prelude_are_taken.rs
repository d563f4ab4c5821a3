//! A crate with names of its own for everything that the macros' output might name.

#![deny(warnings, missing_docs, unreachable_code, unused_qualifications)]
#![forbid(unsafe_code)]
#![no_implicit_prelude]
#![allow(dead_code, non_snake_case, non_upper_case_globals)]

mod core {}
mod ockam {}
mod std {}

type Box = ();
type Context = ();
type Option = ();
type Result = ();
type String = ();
const ctx: () = ();

fn Ok() {}
fn Err() {}
fn Some() {}

struct Echoer;

#[::ockam::async_worker]
impl ::ockam::Worker for Echoer {
    async fn handle_message(
        &mut self,
        context: &mut ::ockam::Context,
        msg: ::ockam::Routed<::std::string::String>,
    ) -> ::ockam::Result<()> {
        context.forward(msg).await
    }

    type Message = ::std::string::String;
}

#[::ockam::node]
async fn main(context: ::ockam::Context) -> ::ockam::Result<()> {
    context.start_worker("echoer", Echoer).await?;
    context.stop().await
}
