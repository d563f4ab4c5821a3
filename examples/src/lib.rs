//! The programs of the guide, in `examples/`.
