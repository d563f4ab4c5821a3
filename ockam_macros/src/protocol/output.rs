use syn::{GenericArgument, PathArguments, ReturnType, Type};

use crate::ty;

use super::model::Answer;

/// Returns what a client gets of a method with this return type.
pub(super) fn answer(output: &ReturnType) -> Answer {
    match output {
        ReturnType::Default => Answer::None,
        ReturnType::Type(_, ty) if ty::is_unit(ty) => Answer::None,
        ReturnType::Type(_, ty) => match only_argument(ty, "Result") {
            Some(value) => Answer::Result(value.clone()),
            None => Answer::Value((**ty).clone()),
        },
    }
}

/// Returns `T`, if a type is written `Name<T>`.
///
/// The macro has to know these types before the compiler does, so it recognises them by their names.
pub(super) fn only_argument<'a>(ty: &'a Type, name: &str) -> Option<&'a Type> {
    let Type::Path(path) = ty::bare(ty) else {
        return None;
    };
    let last = path.path.segments.last()?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    let mut arguments = arguments.args.iter();
    match (arguments.next(), arguments.next()) {
        (Some(GenericArgument::Type(only)), None) if last.ident == name && path.qself.is_none() => {
            Some(only)
        }
        _ => None,
    }
}
