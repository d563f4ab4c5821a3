//! The types of the ockam framework that need no runtime.
//!
//! | concept | type | where |
//! |---|---|---|
//! | the name of a worker | [`Address`], [`TransportType`] | `address` |
//! | the addresses that a message visits | [`Route`], [`route!`] | `route` |
//! | the name of an identity | [`Identifier`] | `identifier` |
//! | a message | [`Message`], [`LocalOnly`], [`Any`] | `message`, `any` |
//! | a message with its routes | [`Routed`] | `routed` |
//! | the handler of messages | [`Worker`] | `worker` |
//! | a loop of its own | [`Processor`] | `processor` |
//! | the end of a worker | [`Down`], [`DownReason`] | `down` |
//! | errors | [`Error`], [`ErrorKind`], [`ErrorContext`] | `error` |
//!
//! Programs depend on the facade crate `ockam`, which re-exports all of this and the node that runs
//! workers. This crate is for libraries that need only these types. It depends on no async runtime.
//!
//! # Examples
//!
//! ```
//! use ockam_core::{route, Address, Route};
//!
//! let echoer = Address::from("echoer");
//! assert_eq!(echoer.to_string(), "0#echoer");
//!
//! let route = route!["middle", echoer];
//! assert_eq!(route.to_string(), "0#middle => 0#echoer");
//! assert_eq!("0#middle => 0#echoer".parse::<Route>()?, route);
//! # Ok::<(), ockam_core::Error>(())
//! ```

mod address;
mod any;
#[doc(hidden)]
pub mod call;
mod can_answer;
mod down;
mod error;
#[doc(hidden)]
pub mod headers;
mod identifier;
mod message;
#[doc(hidden)]
pub mod panics;
#[doc(hidden)]
pub mod parts;
mod processor;
#[doc(hidden)]
pub mod random;
pub mod reply;
mod route;
mod routed;
mod sync;
#[doc(hidden)]
pub mod text;
mod worker;

pub use address::{Address, Addresses, ParseAddressError, TransportType};
pub use any::Any;
pub use can_answer::CanAnswer;
pub use down::{Down, DownReason};
pub use error::{Error, ErrorContext, ErrorKind, Result};
pub use identifier::{Identifier, ParseIdentifierError};
pub use message::{LocalOnly, Message, Never};
#[doc(hidden)]
pub use ockam_body::BodyType;
pub use processor::Processor;
#[doc(hidden)]
pub use route::Hops;
pub use route::{IntoIter, Iter, ParseRouteError, Route};
pub use routed::Routed;
pub use worker::Worker;
