use syn::{Attribute, Expr, Ident, Lit, Meta, Pat, PatType, Path, Type};

use crate::attributes;
use crate::condition::Condition;
use crate::mistakes::Mistakes;
use crate::tokens::spelled;
use crate::ty;

use super::model::{Argument, Default};

/// Returns whether an argument is the context: `&mut Context`, by any path.
pub(super) fn is_context(argument: &PatType) -> bool {
    let Type::Reference(reference) = ty::bare(&argument.ty) else {
        return false;
    };
    match ty::bare(&reference.elem) {
        Type::Path(path) => {
            reference.mutability.is_some()
                && ty::last_name(&path.path).is_some_and(|name| name == "Context")
        }
        _ => false,
    }
}

/// Reads an argument that travels; reports one that can't. Its `#[serde(default)]` is taken out.
pub(super) fn read(argument: &mut PatType, mistakes: &mut Mistakes) -> Option<Argument> {
    let default = take_default(&mut argument.attrs, mistakes);
    let name = name(argument, mistakes);
    let owns = owns_its_data(argument, mistakes);
    let is_unconditional = is_unconditional(argument, mistakes);
    Some(Argument {
        name: name.filter(|_| owns && is_unconditional)?,
        ty: (*argument.ty).clone(),
        default,
    })
}

fn name(argument: &PatType, mistakes: &mut Mistakes) -> Option<Ident> {
    match &*argument.pat {
        Pat::Ident(pattern) if pattern.by_ref.is_none() && pattern.subpat.is_none() => {
            Some(pattern.ident.clone())
        }
        pattern => {
            let message = "an argument that is sent has a name: write `name: …`";
            mistakes.at(pattern, message);
            None
        }
    }
}

fn owns_its_data(argument: &PatType, mistakes: &mut Mistakes) -> bool {
    let message = if is_context(argument) {
        "the context comes first: write `&mut self, ctx: &mut Context, …`".into()
    } else {
        match ty::bare(&argument.ty) {
            Type::Reference(reference) => {
                let owned = owned(ty::bare(&reference.elem));
                format!("an argument is sent, so it owns its data: write `{owned}`")
            }
            Type::ImplTrait(_) => "an argument is sent, so its type has a name: write it, or make \
                                   it a parameter of the trait"
                .into(),
            _ => return true,
        }
    };
    mistakes.at(&argument.ty, message);
    false
}

/// Returns the owned form of a borrowed type, as a user writes it.
fn owned(borrowed: &Type) -> String {
    match borrowed {
        Type::Slice(slice) => format!("Vec<{}>", spelled(&slice.elem)),
        Type::Path(path) if path.path.is_ident("str") => "String".into(),
        Type::Path(path) if path.path.is_ident("Path") => "PathBuf".into(),
        other => spelled(other),
    }
}

fn is_unconditional(argument: &PatType, mistakes: &mut Mistakes) -> bool {
    let condition = Condition::of(&argument.attrs);
    if !condition.is_always() {
        let message = "an argument that is sent is always there: write the `#[cfg]` on the method";
        mistakes.at(&argument.pat, message);
    }
    condition.is_always()
}

fn take_default(attrs: &mut Vec<Attribute>, mistakes: &mut Mistakes) -> Option<Default> {
    let mut default = None;
    attrs.retain(|attribute| {
        if !attributes::ends_with(attribute, "serde") {
            return true;
        }
        default = read_default(attribute);
        if default.is_none() {
            let message = "an argument takes `#[serde(default)]` or `#[serde(default = \"path\")]`";
            mistakes.at(attribute, message);
        }
        false
    });
    default
}

fn read_default(attribute: &Attribute) -> Option<Default> {
    match attribute.parse_args::<Meta>().ok()? {
        Meta::Path(path) if path.is_ident("default") => Some(Default::OfType),
        Meta::NameValue(pair) if pair.path.is_ident("default") => {
            let Expr::Lit(literal) = &pair.value else {
                return None;
            };
            let Lit::Str(path) = &literal.lit else {
                return None;
            };
            path.parse::<Path>().ok().map(Default::By)
        }
        _ => None,
    }
}
