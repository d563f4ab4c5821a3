//! Clause 14: cancelling a public future. A dropped send was not sent; a dropped receive took nothing;
//! a dropped ask may have been handled, its reply is discarded; a dropped start is rolled back; a stop
//! goes on.

mod ask;
mod receive;
mod select;
mod send;
mod start;
mod stop;
mod tracked;
