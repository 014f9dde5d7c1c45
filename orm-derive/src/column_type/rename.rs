//! From the name of a variant to its text, by serde's rules.

/// How the names of all variants become texts.
#[derive(Clone, Copy)]
pub(super) enum Rename {
    Lower,
    Upper,
    Pascal,
    Camel,
    Snake,
    ScreamingSnake,
    Kebab,
    ScreamingKebab,
}

/// Serde's words for them.
pub(super) const WORDS: &[(&str, Rename)] = &[
    ("lowercase", Rename::Lower),
    ("UPPERCASE", Rename::Upper),
    ("PascalCase", Rename::Pascal),
    ("camelCase", Rename::Camel),
    ("snake_case", Rename::Snake),
    ("SCREAMING_SNAKE_CASE", Rename::ScreamingSnake),
    ("kebab-case", Rename::Kebab),
    ("SCREAMING-KEBAB-CASE", Rename::ScreamingKebab),
];

impl Rename {
    /// The text of a variant.
    pub(super) fn apply(self, variant: &str) -> String {
        match self {
            Rename::Lower => variant.to_ascii_lowercase(),
            Rename::Upper => variant.to_ascii_uppercase(),
            Rename::Pascal => variant.to_owned(),
            Rename::Camel => {
                let mut chars = variant.chars();
                let first = chars.next().map(|first| first.to_ascii_lowercase());
                first.into_iter().chain(chars).collect()
            }
            Rename::Snake => snake(variant),
            Rename::ScreamingSnake => snake(variant).to_ascii_uppercase(),
            Rename::Kebab => snake(variant).replace('_', "-"),
            Rename::ScreamingKebab => snake(variant).to_ascii_uppercase().replace('_', "-"),
        }
    }
}

/// As serde does: each capital begins a word, so that a value has one text in
/// the database and in JSON.
fn snake(variant: &str) -> String {
    let mut text = String::new();
    for (position, c) in variant.char_indices() {
        if position > 0 && c.is_uppercase() {
            text.push('_');
        }
        text.push(c.to_ascii_lowercase());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_of_serde_gives_the_text_of_serde() {
        let texts = WORDS.iter().map(|(_, rename)| rename.apply("VeryTasty"));
        let texts: Vec<String> = texts.collect();
        assert_eq!(
            texts,
            [
                "verytasty",
                "VERYTASTY",
                "VeryTasty",
                "veryTasty",
                "very_tasty",
                "VERY_TASTY",
                "very-tasty",
                "VERY-TASTY",
            ]
        );
        assert_eq!(Rename::Snake.apply("HTTPError"), "h_t_t_p_error");
    }
}
