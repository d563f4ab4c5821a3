#![deny(warnings)]

use ockam::{Context, Result, async_worker};

macro_rules! program {
    ($visibility:vis, $name:ident, $ctx:ident: $context:ty, $result:ty, $body:block) => {
        #[ockam::node]
        $visibility async fn $name($ctx: $context) -> $result $body
    };
}

macro_rules! test {
    ($attribute:meta, $name:literal, $item:item) => {
        #[ockam::test(name = $name)]
        #[$attribute]
        $item
    };
}

macro_rules! worker {
    ($name:ident<$parameter:ident>, $message:ty, $result:ty, $body:block) => {
        struct $name<$parameter>($parameter);

        #[async_worker]
        impl<$parameter> ockam::Worker for $name<$parameter>
        where
            $parameter: Fn() -> u8 + Send + 'static,
        {
            type Message = $message;

            async fn handle_message(&mut self, _: &mut Context, _: $message) -> $result $body
        }
    };
}

program!(pub(crate), main, ctx: Context, Result<()>, {
    ctx.start_worker("idle", Idle(|| 1)).await?;
    ctx.stop().await
});

test!(allow(dead_code), "macro", async fn runs(ctx: Context) -> Result<()> {
    ctx.stop().await
});

worker!(Idle<F>, Vec<Option<u8>>, Result<()>, { Ok(()) });
