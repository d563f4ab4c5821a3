//! Clause 1: an address has a type and a value. Only `parse` reads the text form, text brings every
//! address back, bad text is an error value, and address, route and `Routed` can be serialised.

mod networks;
mod serial;
mod text;
mod text_properties;
mod verbatim;
