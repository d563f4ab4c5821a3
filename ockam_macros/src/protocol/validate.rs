use std::collections::HashMap;
use std::mem;

use quote::quote;
use syn::ext::IdentExt;
use syn::{GenericParam, ItemTrait, TraitItem, TraitItemFn};

use crate::attributes;
use crate::condition::Condition;
use crate::mistakes::Mistakes;

use super::lifecycle;
use super::method;
use super::model::{Answer, Method, Protocol};
use super::settings::Settings;

/// Reads the methods of the trait, and reports what can't be called by a message.
pub(super) fn protocol(
    mut header: ItemTrait,
    settings: &Settings,
    mistakes: &mut Mistakes,
) -> Protocol {
    refuse_async_trait(&mut header, mistakes);
    let (mut methods, mut rejected) = (Vec::new(), Vec::new());
    for item in mem::take(&mut header.items) {
        match item {
            TraitItem::Fn(item) if is_of_lifecycle(&item) => refuse_lifecycle(&item, mistakes),
            TraitItem::Fn(mut item) => {
                let condition = Condition::of(&item.attrs);
                let read = mistakes.only_if(condition, |it| method::read(&mut item, it));
                match read {
                    Some(method) => methods.push(method),
                    None => rejected.push(TraitItem::Fn(item)),
                }
            }
            other => {
                let message = "a protocol has methods only: a type can be a parameter of the trait";
                mistakes.at(&other, message);
                rejected.push(other);
            }
        }
    }
    rejected.extend(take_names_given_twice(&mut methods, mistakes));
    let name = settings.name.as_ref().map(|name| name.value());
    Protocol {
        name: name.unwrap_or_else(|| header.ident.unraw().to_string()),
        header,
        methods,
        rejected,
    }
}

fn refuse_async_trait(header: &mut ItemTrait, mistakes: &mut Mistakes) {
    header.attrs.retain(|attribute| {
        let is_async_trait = attributes::ends_with(attribute, "async_trait");
        if is_async_trait {
            let message = "a protocol needs no `#[async_trait]`: remove this attribute";
            mistakes.at(attribute, message);
        }
        !is_async_trait
    });
}

/// Returns whether a trait has no lifetimes, and reports those that it has. Nothing is made of such a trait.
pub(super) fn owns_its_data(header: &ItemTrait, mistakes: &mut Mistakes) -> bool {
    let params = header.generics.params.iter();
    let lifetimes = params.filter(|it| matches!(it, GenericParam::Lifetime(_)));
    let mut owns_its_data = true;
    for lifetime in lifetimes {
        owns_its_data = false;
        mistakes.at(
            lifetime,
            "a message owns its data: a protocol has no lifetimes",
        );
    }
    owns_its_data
}

fn is_of_lifecycle(item: &TraitItemFn) -> bool {
    let mut names = lifecycle::METHODS.iter().map(|method| method.name);
    names.any(|name| item.sig.ident == name)
}

fn refuse_lifecycle(item: &TraitItemFn, mistakes: &mut Mistakes) {
    let name = &item.sig.ident;
    let message = format!(
        "every worker has `{name}`: remove it here, and write it in the impl if you need it"
    );
    mistakes.only_if(Condition::of(&item.attrs), |it| it.at(name, message));
}

/// Reports methods with one name on the wire, and methods with the name of another one's form in the
/// client, such as `try_put` beside `put`. They stay in the trait, and are not called by messages.
fn take_names_given_twice(methods: &mut Vec<Method>, mistakes: &mut Mistakes) -> Vec<TraitItem> {
    let mut on_the_wire = HashMap::new();
    let mut forms = HashMap::new();
    for method in &*methods {
        let name = method.sig.ident.unraw();
        forms.insert(form(method), name.clone());
        on_the_wire.entry(method.name.clone()).or_insert(name);
    }
    let mut taken = Vec::new();
    methods.retain(|method| {
        let ident = &method.sig.ident;
        let name = ident.unraw();
        let message = if on_the_wire[&method.name] != name {
            format!("another method is called `{}` on the wire", method.name)
        } else if let Some(of) = forms.get(&name.to_string()) {
            format!("the client has a `{name}` for `{of}`: choose another name")
        } else {
            return true;
        };
        mistakes.only_if(method.condition.clone(), |it| it.at(ident, message));
        let (attrs, sig) = (&method.attrs, &method.sig);
        taken.push(TraitItem::Verbatim(quote!(#(#attrs)* async #sig;)));
        false
    });
    taken
}

/// Returns the name of the second form that the client has of a method.
fn form(method: &Method) -> String {
    let name = method.sig.ident.unraw();
    match method.answer {
        Answer::None => format!("try_{name}"),
        _ => format!("{name}_timeout"),
    }
}
