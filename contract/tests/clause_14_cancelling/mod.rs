//! Clause 14: cancelling a public future. A dropped send has sent nothing. A dropped receive has taken
//! nothing. A dropped ask may have been handled, and its answer is discarded. A dropped start is rolled
//! back. A dropped stop goes on.

mod ask;
mod receive;
mod select;
mod send;
mod start;
mod stop;
mod tracked;
