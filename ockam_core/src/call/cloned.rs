/// An argument of a call that can be cloned. The lifetime means nothing: the compiler refuses a bound without one
/// that never holds, also where nobody relies on it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be cloned, so a call with it can't go to several workers",
    label = "not `Clone`"
)]
pub trait CloneArgument<'any> {
    /// Returns a copy of the argument.
    #[must_use]
    fn clone_argument(&self) -> Self;
}

impl<T: Clone> CloneArgument<'_> for T {
    fn clone_argument(&self) -> Self {
        self.clone()
    }
}
