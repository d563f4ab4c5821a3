use proc_macro2::{Ident, Span};
use syn::ext::IdentExt;
use syn::{GenericParam, Generics};

/// The names of what is written beside the trait.
pub(super) struct Names {
    pub(super) message: Ident,
    pub(super) worker: Ident,
    pub(super) client: Ident,
    /// The type parameter for what implements the trait.
    pub(super) subject: Ident,
}

impl Names {
    pub(super) fn of(protocol: &Ident, generics: &Generics) -> Self {
        let with = |end: &str| Ident::new(&format!("{}{end}", protocol.unraw()), protocol.span());
        Self {
            message: with("Message"),
            worker: with("Worker"),
            client: with("Client"),
            subject: subject(generics),
        }
    }
}

/// Returns `T`, or a longer name if the trait has a parameter of this name.
fn subject(generics: &Generics) -> Ident {
    let is_taken = |name: &str| {
        generics.params.iter().any(|param| match param {
            GenericParam::Type(param) => param.ident == name,
            GenericParam::Const(param) => param.ident == name,
            GenericParam::Lifetime(_) => false,
        })
    };
    let mut name = "T".to_owned();
    while is_taken(&name) {
        name.push('T');
    }
    Ident::new(&name, Span::call_site())
}

/// Returns the name of a method on the wire, if the user gives none.
pub(super) fn on_the_wire(method: &Ident) -> String {
    method.unraw().to_string()
}

/// Returns the variant for a method: `look_up` becomes `LookUp`.
pub(super) fn variant(method: &Ident) -> Ident {
    let method_name = method.unraw().to_string();
    let words = method_name.split('_').filter(|word| !word.is_empty());
    let mut name = String::new();
    for word in words {
        let mut letters = word.chars();
        name.extend(letters.next().into_iter().flat_map(char::to_uppercase));
        name.extend(letters);
    }
    // A name like `__` or `Self` is no variant's.
    if syn::parse_str::<Ident>(&name).is_err() {
        name.insert_str(0, "Call");
    }
    Ident::new(&name, method.span())
}

#[cfg(test)]
mod tests {
    use quote::format_ident;
    use syn::parse_quote;

    use super::{subject, variant};

    #[test]
    fn a_variant_is_in_camel_case() {
        let names = [
            "look_up", "a", "_b", "self_", "__", "r#move", "v2_get", "größe",
        ];
        let variants = names.map(|name| match name.strip_prefix("r#") {
            Some(raw) => variant(&format_ident!("r#{raw}")).to_string(),
            None => variant(&format_ident!("{name}")).to_string(),
        });
        let expected = [
            "LookUp", "A", "B", "CallSelf", "Call", "Move", "V2Get", "Größe",
        ];
        assert_eq!(variants, expected);
    }

    #[test]
    fn the_parameter_has_a_name_that_is_free() {
        assert_eq!(subject(&parse_quote!(<K>)), "T");
        assert_eq!(subject(&parse_quote!(<T, const TT: u8>)), "TTT");
    }
}
