use crate::function::Function;
use crate::mistakes::Mistakes;
use crate::reader::is_word;
use crate::signature::Signature;

use super::members;

/// Returns whether a function has the shape of the method whose name it bears; reports what keeps
/// it from that.
///
/// Which types it takes and returns is left to the compiler, which knows them under every name.
pub(super) fn fits(function: &mut Function, mistakes: &mut Mistakes) -> bool {
    let checks = [
        is_async(function, mistakes),
        takes_mut_self(&function.sig, mistakes),
        takes_arguments(function, mistakes),
        returns_result(&function.sig, mistakes),
    ];
    !checks.contains(&false)
}

/// A method that returns an `impl Future` is as good as an async one. Any other is made async, for
/// the sake of what it awaits.
fn is_async(function: &mut Function, mistakes: &mut Mistakes) -> bool {
    let sig = &function.sig;
    let returns_impl = sig
        .output
        .as_ref()
        .is_some_and(|output| output.ty.is_impl());
    if sig.asyncness.is_some() || returns_impl {
        return true;
    }
    let name = &sig.ident;
    let mut generics = sig.generics.clone().into_iter();
    let is_boxed = generics.any(|tree| is_word(&tree, "async_trait"));
    let message = if is_boxed {
        "a worker needs no `#[async_trait]`: remove that attribute".into()
    } else {
        format!("`{name}` is not async: write `async fn {name}`")
    };
    mistakes.at(&sig.fn_token, message);
    function.make_async();
    false
}

fn takes_mut_self(sig: &Signature, mistakes: &mut Mistakes) -> bool {
    let name = &sig.ident;
    let signature = members::signature(&name.to_string());
    match sig.receiver() {
        None => mistakes.at(
            name,
            format!("`{name}` lacks `&mut self`: write `{signature}`"),
        ),
        Some(receiver) if receiver.is_mut_reference => return true,
        Some(receiver) => {
            mistakes.at(
                receiver,
                format!("`{name}` may change its worker: write `&mut self`"),
            );
        }
    }
    false
}

fn takes_arguments(function: &Function, mistakes: &mut Mistakes) -> bool {
    let name = function.name();
    let method = name.to_string();
    let expected = members::arguments(&method).len();
    let signature = members::signature(&method);
    let given = function.arguments().count();
    if given < expected {
        mistakes.at(
            name,
            format!("`{name}` lacks an argument: write `{signature}`"),
        );
    }
    for surplus in function.arguments().skip(expected) {
        mistakes.at(
            surplus,
            format!("`{name}` has an argument too many: write `{signature}`"),
        );
    }
    given == expected
}

fn returns_result(sig: &Signature, mistakes: &mut Mistakes) -> bool {
    let name = &sig.ident;
    let message = format!("`{name}` returns no result: write `-> Result<()>`");
    match &sig.output {
        None => mistakes.at(name, message),
        Some(output) if output.ty.is_unit() => mistakes.at(&output.ty, message),
        Some(_) => return true,
    }
    false
}
