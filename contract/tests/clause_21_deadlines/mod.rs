//! Clause 21: deadlines and cancellation travel. A handler sees how long its asker still waits, and hears that
//! nobody waits any more, over any number of workers and nodes. A handler with a time limit is dropped at its
//! `.await`.

mod cancelled;
mod circles;
mod inherited;
mod limited;

mod over_links;
mod scene;
mod simulated;

mod time_left;
mod too_late;
