//! Types that have no form in a body. They are refused when they are sent, with the part at fault.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::is_refused;

const BUT_JSON: &str = " can only be read in a format that describes itself, such as JSON";

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Untagged {
    Number(u8),
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "kind")]
enum Tagged {
    Named { number: u8 },
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "kind", content = "of")]
enum Adjacent {
    Number(u8),
}

#[derive(Serialize, Deserialize)]
struct Flat {
    number: u8,
    #[serde(flatten)]
    rest: HashMap<String, u8>,
}

#[derive(Serialize, Deserialize)]
enum PartlyUntagged {
    Number(u8),
    #[serde(untagged)]
    Text(String),
}

#[derive(Serialize, Deserialize)]
struct Holds<T> {
    number: u8,
    held: T,
}

#[derive(Serialize, Deserialize)]
enum Either<T> {
    Nothing,
    Held(T),
}

#[test]
fn the_type_itself() {
    let refused = |part| format!("{part}{BUT_JSON}");
    is_refused(Untagged::Number(1), &refused("the type"));
    is_refused(Tagged::Named { number: 1 }, &refused("the type"));
    is_refused(PartlyUntagged::Number(1), &refused("the type"));
    is_refused(PartlyUntagged::Text(String::new()), &refused("the type"));
    is_refused(serde_json::json!({"a": 1}), &refused("the type"));
    is_refused(
        Adjacent::Number(1),
        &refused("the field `kind` of `Adjacent`"),
    );
    let rest = HashMap::new();
    is_refused(Flat { number: 1, rest }, &refused("a map"));
}

#[test]
fn a_part_of_it() {
    let (number, refused) = (1, |part| format!("{part}{BUT_JSON}"));
    let held = serde_json::Value::Null;
    is_refused(
        Holds { number, held },
        &refused("the field `held` of `Holds`"),
    );
    is_refused(
        Either::Held(Untagged::Number(1)),
        &refused("the variant `Held` of `Either`"),
    );
    is_refused(
        Either::<Untagged>::Nothing,
        &refused("the variant `Held` of `Either`"),
    );
    is_refused(
        vec![Some(Untagged::Number(1))],
        &refused("what is in the option"),
    );
    is_refused((1_u8, Untagged::Number(1)), &refused("element 2"));
    let held = vec![Holds {
        number,
        held: Tagged::Named { number },
    }];
    is_refused(
        Holds { number, held },
        &refused("the field `held` of `Holds`"),
    );
}
