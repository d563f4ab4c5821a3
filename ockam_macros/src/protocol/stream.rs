//! Methods whose answer goes on.

use syn::{GenericArgument, PathArguments, ReturnType, Signature, Type, TypeParamBound};

use crate::mistakes::Mistakes;
use crate::ty;

use super::model::StreamAnswer;
use super::output;

/// Reads what a method returns, if it is a stream.
pub(super) fn read(sig: &Signature) -> Option<StreamAnswer> {
    let (stream, is_in_result) = opaque(&sig.output)?;
    let item = item(stream)?;
    let fallible = output::only_argument(item, "Result");
    Some(StreamAnswer {
        part: fallible.unwrap_or(item).clone(),
        is_fallible: fallible.is_some(),
        is_async: sig.asyncness.is_some(),
        is_in_result,
    })
}

/// Reports an `impl Trait` that is no stream, and a stream that can't be polled in a task of its own. Returns
/// whether the method returns something else, or such a stream.
pub(super) fn check(sig: &Signature, mistakes: &mut Mistakes) -> bool {
    let Some((stream @ Type::ImplTrait(bounds), _)) = opaque(&sig.output) else {
        return true;
    };
    let has = |wanted: &str| {
        bounds.bounds.iter().any(|bound| match bound {
            TypeParamBound::Trait(bound) => {
                ty::last_name(&bound.path).is_some_and(|name| name == wanted)
            }
            TypeParamBound::Lifetime(lifetime) => lifetime.ident == wanted,
            _ => false,
        })
    };
    let is_fit = has("Send") && has("static") && item(stream).is_some();
    if !is_fit {
        let message = "an answer is of a type that has a name, or goes on and is sent by a task of its own: \
                       write `impl Stream<Item = …> + Send + 'static`";
        mistakes.at(stream, message);
    }
    is_fit
}

/// Returns the `impl Trait` that is returned, as it is or in a `Result`.
fn opaque(output: &ReturnType) -> Option<(&Type, bool)> {
    let ReturnType::Type(_, ty) = output else {
        return None;
    };
    let (ty, is_in_result) = match output::only_argument(ty, "Result") {
        Some(value) => (value, true),
        None => (&**ty, false),
    };
    ty::is_impl(ty).then(|| (ty::bare(ty), is_in_result))
}

/// Returns `T`, if a type is written `impl Stream<Item = T>`.
fn item(ty: &Type) -> Option<&Type> {
    let Type::ImplTrait(bounds) = ty else {
        return None;
    };
    bounds.bounds.iter().find_map(|bound| {
        let TypeParamBound::Trait(bound) = bound else {
            return None;
        };
        let last = bound.path.segments.last()?;
        let PathArguments::AngleBracketed(arguments) = &last.arguments else {
            return None;
        };
        arguments.args.iter().find_map(|argument| match argument {
            GenericArgument::AssocType(item) if last.ident == "Stream" && item.ident == "Item" => {
                Some(&item.ty)
            }
            _ => None,
        })
    })
}
