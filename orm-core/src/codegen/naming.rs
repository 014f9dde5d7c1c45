//! Names: of structs, fields and relations, from names in the database.

/// The struct of a table: `line_items` as `LineItem`.
pub(super) fn struct_name(table: &str) -> String {
    let words = words(table);
    let mut name = String::new();
    for (nth, word) in words.iter().enumerate() {
        let word = match nth + 1 == words.len() {
            true => singular(word),
            false => word.clone(),
        };
        let mut chars = word.chars();
        name.extend(chars.next().into_iter().flat_map(char::to_uppercase));
        name.extend(chars);
    }
    match name.chars().next() {
        Some(first) if first.is_alphabetic() => name,
        _ => format!("Table{name}"),
    }
}

/// The field of a column: `PostalCode` and `postal code` as `postal_code`.
pub(super) fn field_name(column: &str) -> String {
    let name = words(column).join("_");
    match name.chars().next() {
        // No identifier, not even a raw one.
        _ if ["self", "super", "crate"].contains(&name.as_str()) => format!("{name}_"),
        Some(first) if first.is_alphabetic() => name,
        _ => format!("column_{name}").trim_end_matches('_').to_owned(),
    }
}

/// `LineItem` as `line_item`, as the derive makes it.
pub(super) fn snake_case(name: &str) -> String {
    words(name).join("_")
}

/// An identifier in source: raw if it is a key word.
pub(super) fn identifier(name: &str) -> String {
    match name {
        "self" | "super" | "crate" | "Self" | "_" => format!("{name}_"),
        name if KEY_WORDS.contains(&name) => format!("r#{name}"),
        name => name.to_owned(),
    }
}

/// The words of a name, in lower case: at what is no letter or digit, and where capitals begin.
fn words(name: &str) -> Vec<String> {
    let chars: Vec<char> = name.chars().collect();
    let mut words: Vec<String> = vec![String::new()];
    for (at, &c) in chars.iter().enumerate() {
        if !is_word(c) {
            words.push(String::new());
            continue;
        }
        let before = at.checked_sub(1).map(|at| chars[at]);
        let begins = c.is_uppercase()
            && before.is_some_and(|before| {
                let next = chars.get(at + 1).is_some_and(|next| next.is_lowercase());
                !before.is_uppercase() || next
            });
        if begins {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.extend(c.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Whether a character may stand in an identifier: `²` is a number to Unicode, and may not.
pub(super) fn is_word(c: char) -> bool {
    c.is_alphabetic() || c.is_ascii_digit()
}

/// The singular of an English noun.
fn singular(word: &str) -> String {
    if let Some((_, one)) = IRREGULAR.iter().find(|(many, _)| *many == word) {
        return (*one).to_owned();
    }
    if SAME.contains(&word) {
        return word.to_owned();
    }
    let ends = |ends: &[&str]| ends.iter().any(|end| word.ends_with(end));
    if let Some(stem) = word.strip_suffix("ies").filter(|stem| stem.len() > 1) {
        return format!("{stem}y");
    }
    if ends(&["sses", "shes", "ches", "xes", "zzes", "uses"])
        && !ends(&["houses", "causes", "clauses", "pauses", "axes"])
    {
        return word[..word.len() - 2].to_owned();
    }
    if let Some(stem) = word
        .strip_suffix("ves")
        .filter(|stem| ["shel", "hal", "lea", "loa", "thie", "wol", "cal"].contains(stem))
    {
        return format!("{stem}f");
    }
    if ends(&["ss", "us", "is", "as", "os"])
        && word != "photos"
        && !ends(&[
            "ideas", "areas", "schemas", "quotas", "medias", "videos", "logos", "infos",
        ])
    {
        return word.to_owned();
    }
    match word.strip_suffix('s') {
        Some(stem) if stem.len() > 1 => stem.to_owned(),
        _ => word.to_owned(),
    }
}

/// The plural of a noun, as the derive names tables.
pub(super) fn plural(name: &str) -> String {
    let vowel = ["ay", "ey", "iy", "oy", "uy"]
        .iter()
        .any(|end| name.ends_with(end));
    if let Some(stem) = name.strip_suffix('y').filter(|_| !vowel) {
        return format!("{stem}ies");
    }
    match ["s", "x", "z", "ch", "sh"]
        .iter()
        .any(|end| name.ends_with(end))
    {
        true => format!("{name}es"),
        false => format!("{name}s"),
    }
}

const IRREGULAR: &[(&str, &str)] = &[
    ("people", "person"),
    ("children", "child"),
    ("men", "man"),
    ("women", "woman"),
    ("feet", "foot"),
    ("teeth", "tooth"),
    ("mice", "mouse"),
    ("geese", "goose"),
    ("media", "medium"),
    ("criteria", "criterion"),
    ("phenomena", "phenomenon"),
    ("indices", "index"),
    ("indexes", "index"),
    ("matrices", "matrix"),
    ("vertices", "vertex"),
    ("analyses", "analysis"),
    ("bases", "base"),
    ("crises", "crisis"),
    ("theses", "thesis"),
    ("axes", "axis"),
    ("knives", "knife"),
    ("wives", "wife"),
    ("lives", "life"),
    ("quizzes", "quiz"),
    ("movies", "movie"),
    ("cookies", "cookie"),
    ("zombies", "zombie"),
    ("heroes", "hero"),
    ("potatoes", "potato"),
    ("tomatoes", "tomato"),
    ("echoes", "echo"),
    ("gases", "gas"),
    ("aliases", "alias"),
    ("canvases", "canvas"),
    ("biases", "bias"),
    ("photos", "photo"),
    ("caches", "cache"),
    ("avalanches", "avalanche"),
    ("horses", "horse"),
    ("menus", "menu"),
];

const SAME: &[&str] = &[
    "series",
    "species",
    "news",
    "data",
    "metadata",
    "sheep",
    "fish",
    "aircraft",
    "equipment",
    "information",
    "staff",
    "settings",
    "sms",
    "gps",
    "dns",
    "aws",
    "analytics",
    "physics",
    "status",
    "address",
    "access",
    "process",
    "business",
    "pos",
];

const KEY_WORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn",
    "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let",
    "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return",
    "static", "struct", "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use",
    "virtual", "where", "while", "yield",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn structs_are_singular() {
        for (table, name) in [
            ("categories", "Category"),
            ("addresses", "Address"),
            ("address", "Address"),
            ("statuses", "Status"),
            ("status", "Status"),
            ("media", "Medium"),
            ("media_type", "MediaType"),
            ("line_items", "LineItem"),
            ("InvoiceLine", "InvoiceLine"),
            ("boxes", "Box"),
            ("branches", "Branch"),
            ("caches", "Cache"),
            ("days", "Day"),
            ("news", "News"),
            ("people", "Person"),
            ("order_series", "OrderSeries"),
            ("buses", "Bus"),
            ("houses", "House"),
            ("databases", "Database"),
            ("invoices", "Invoice"),
            ("leaves", "Leaf"),
            ("moves", "Move"),
            ("HTTPRequests", "HttpRequest"),
            ("2fa_codes", "Table2faCode"),
            ("straßen", "Straßen"),
        ] {
            assert_eq!(struct_name(table), name, "{table}");
        }
    }

    #[test]
    fn fields_are_in_snake_case() {
        assert_eq!(field_name("PostalCode"), "postal_code");
        assert_eq!(field_name("customerID"), "customer_id");
        assert_eq!(field_name("first name"), "first_name");
        assert_eq!(field_name("1st"), "column_1st");
        assert_eq!(field_name("m²"), "m");
        assert_eq!(field_name("super"), "super_");
        assert_eq!(identifier("type"), "r#type");
        assert_eq!(identifier("self"), "self_");
        assert_eq!(plural("category"), "categories");
    }
}
