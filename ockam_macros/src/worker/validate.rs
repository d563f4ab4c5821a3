use std::mem;

use crate::attributes;
use crate::condition::Condition;
use crate::mistakes::Mistakes;
use crate::ty;

use super::members::TRAITS;
use super::method;
use super::model::{Member, WorkerImpl};
use super::names::Names;

/// Returns whether the user means to implement the trait of the attribute; reports an impl of another one.
///
/// The compiler finds out whether the trait is the one of this framework. This function only makes sure that
/// an impl of `Display` isn't taken for a worker. If the trait was imported by another name, the impl is
/// recognised by its members.
pub(super) fn is_of_trait(worker: &WorkerImpl, mistakes: &mut Mistakes) -> bool {
    let (subject, name) = (worker.subject(), worker.of.name);
    let Some(path) = worker.trait_path() else {
        let message = format!("this impl names no trait: write `impl {name} for {subject}`");
        mistakes.at(&worker.header.self_ty, message);
        return true; // The trait is added later.
    };
    let named = |name| ty::last_name(path).is_some_and(|last| last == name);
    let other = TRAITS.iter().find(|it| it.name != name && named(it.name));
    if let Some(other) = other {
        let attribute = other.usage.attribute;
        let message = format!("this impl is of `{}`: write `{attribute}`", other.name);
        mistakes.at(path, message);
        return false;
    }
    let are_known =
        !worker.members.is_empty() && worker.members.iter().all(|it| is_known(worker, it));
    let is_of_trait = named(name) || are_known;
    if !is_of_trait {
        let message = format!("this impl is not of `{name}`: write `impl {name} for {subject}`");
        mistakes.at(path, message);
    }
    is_of_trait
}

fn is_known(worker: &WorkerImpl, member: &Member) -> bool {
    let names = match member {
        Member::Type(_) => worker.of.types.names,
        Member::Method(_) => worker.of.methods.names,
        Member::Other(_) => &[],
    };
    member
        .name()
        .is_some_and(|name| names.iter().any(|known| name == known))
}

/// Reports members that don't fit the trait, and moves them out of the impl.
///
/// The rest has the form that the compiler expects, so that it doesn't report the same mistakes again in
/// other words.
pub(super) fn validate(worker: &mut WorkerImpl, mistakes: &mut Mistakes) {
    refuse_async_trait(worker, mistakes);
    let types = Names::of(worker.of.types, worker, "remove it".into());
    let move_it = format!("move it to `impl {} {{ … }}`", worker.subject());
    let methods = Names::of(worker.of.methods, worker, move_it);
    let noun = worker.of.noun;
    for member in mem::take(&mut worker.members) {
        match member {
            Member::Type(mut item) => {
                let condition = Condition::of(&item.attrs);
                let is_known = mistakes.only_if(condition, |mistakes| {
                    types.recognise(&mut item.ident, mistakes)
                });
                if is_known {
                    worker.members.push(Member::Type(item));
                }
            }
            Member::Method(mut function) => {
                let condition = Condition::of(&function.attrs);
                let fits = mistakes.only_if(condition, |mistakes| {
                    match methods.recognise(&mut function.sig.ident, mistakes) {
                        true => method::fits(noun, &mut function, mistakes),
                        false => Condition::Never,
                    }
                });
                let fitting = function.only_if(&fits).map(Box::new);
                worker.members.extend(fitting.map(Member::Method));
                worker.rejected.extend(function.only_if(&fits.negated()));
            }
            other @ Member::Other(_) => worker.members.push(other),
        }
    }
}

fn refuse_async_trait(worker: &mut WorkerImpl, mistakes: &mut Mistakes) {
    let noun = worker.of.noun;
    worker.header.attrs.retain(|attribute| {
        let is_async_trait = attributes::ends_with(attribute, "async_trait");
        if is_async_trait {
            let message = format!("a {noun} needs no `#[async_trait]`: remove this attribute");
            mistakes.at(attribute, message);
        }
        !is_async_trait
    });
}
