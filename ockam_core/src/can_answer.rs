use crate::message::Message;

/// A message that can be the answer to an ask. Every message is one.
///
/// It is a trait of its own so that the compiler can say what is wrong with an ask whose answer has no type.
///
/// # Examples
///
/// ```
/// use ockam_core::{CanAnswer, Message};
///
/// fn is_answer<R: CanAnswer>() {}
///
/// fn is_message<M: Message>() {
///     is_answer::<M>();
/// }
/// is_message::<String>();
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be the answer to an ask",
    label = "an answer can't be a `{Self}`",
    note = "if the type is `!`, nothing says what type the answer has: write it, as in `ask::<u64>(…)` or `let answer: u64 = …`",
    note = "an answer is a message: it owns its data, and is `Serialize` and `Deserialize`, or declared with `impl ockam::Message for {Self} {{}}`"
)]
pub trait CanAnswer: Message {}

#[diagnostic::do_not_recommend]
impl<M: Message> CanAnswer for M {}
