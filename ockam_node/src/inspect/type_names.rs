/// Returns the name of a type without the modules that it stands in: `Option<String>` for
/// `core::option::Option<alloc::string::String>`.
pub(super) fn without_modules(name: &str) -> String {
    let is_of_path = |char: char| char.is_alphanumeric() || matches!(char, '_' | ':');
    let mut short = String::with_capacity(name.len());
    let mut rest = name;
    while let Some(char) = rest.chars().next() {
        let end = rest.find(|char| !is_of_path(char)).unwrap_or(rest.len());
        let (path, others) = rest.split_at(end.max(char.len_utf8()));
        short.push_str(path.rsplit("::").next().unwrap_or(path));
        rest = others;
    }
    short
}

#[cfg(test)]
mod tests {
    use std::any::type_name;
    use std::collections::HashMap;

    use super::without_modules;

    #[test]
    fn names_lose_their_modules() {
        for (name, short) in [
            (type_name::<u64>(), "u64"),
            (type_name::<String>(), "String"),
            (type_name::<Option<Vec<String>>>(), "Option<Vec<String>>"),
            (
                type_name::<HashMap<u8, [String; 3]>>(),
                "HashMap<u8, [String; 3]>",
            ),
            (type_name::<(&str, ())>(), "(&str, ())"),
            (type_name::<fn(String) -> u8>(), "fn(String) -> u8"),
            ("", ""),
            ("größe::Größe", "Größe"),
        ] {
            assert_eq!(without_modules(name), short, "{name}");
        }
    }
}
