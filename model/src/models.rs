mod capacity;
mod close;
mod leave;
mod order;
mod room;
mod together;
mod user_code;
mod wake;
