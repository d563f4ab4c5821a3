mod capacity;
mod close;
mod leave;
mod order;
mod room;
mod wake;
