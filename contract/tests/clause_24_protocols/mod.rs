//! Clause 24: the methods of a trait are the messages of a worker. A call travels as the name of its
//! method, so that added methods disturb nobody.

mod calls;
mod groups;
mod growing;
mod later;
mod life;
mod shapes;
