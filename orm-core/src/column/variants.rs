//! What values a column type has, where they can be counted.

/// The values of a type of which there are few: what its CHECK allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Variants {
    /// Stored as one of these texts.
    Texts(&'static [&'static str]),
    /// Stored as one of these numbers.
    Numbers(&'static [i64]),
    /// Stored as a value of an enum type on PostgreSQL, as one of these texts elsewhere.
    PostgresEnum {
        /// The schema of the type, if it is named.
        schema: Option<&'static str>,
        /// The name of the type.
        name: &'static str,
        /// The labels, in the order of their declaration.
        labels: &'static [&'static str],
    },
}

impl Variants {
    /// The texts, if it is stored as a text somewhere.
    #[must_use]
    pub const fn texts(&self) -> Option<&'static [&'static str]> {
        match self {
            Variants::Texts(texts) => Some(texts),
            Variants::PostgresEnum { labels, .. } => Some(labels),
            Variants::Numbers(_) => None,
        }
    }

    /// Whether two types have the same values, stored alike.
    pub(crate) const fn same(&self, other: &Variants) -> bool {
        match (self, other) {
            (Variants::Numbers(one), Variants::Numbers(others)) => {
                let mut nth = 0;
                while nth < one.len() && other.has_number(one[nth] as i128) {
                    nth += 1;
                }
                nth == one.len() && one.len() == others.len()
            }
            (Variants::Texts(one), Variants::Texts(others)) => {
                let mut nth = 0;
                while nth < one.len() && other.has_text(one[nth]) {
                    nth += 1;
                }
                nth == one.len() && one.len() == others.len()
            }
            (
                Variants::PostgresEnum { name: one, .. },
                Variants::PostgresEnum { name: other, .. },
            ) => same_text(one, other),
            _ => false,
        }
    }

    /// Whether this number is one of the values.
    pub(crate) const fn has_number(&self, number: i128) -> bool {
        let Variants::Numbers(numbers) = self else {
            return false;
        };
        let mut nth = 0;
        while nth < numbers.len() {
            if numbers[nth] as i128 == number {
                return true;
            }
            nth += 1;
        }
        false
    }

    /// Whether this text is one of the values.
    pub(crate) const fn has_text(&self, text: &str) -> bool {
        let Some(texts) = self.texts() else {
            return false;
        };
        let mut nth = 0;
        while nth < texts.len() {
            if same_text(texts[nth], text) {
                return true;
            }
            nth += 1;
        }
        false
    }

    /// Room for the longest text, in characters and in steps, so that a longer one
    /// seldom changes the column.
    #[must_use]
    pub fn room(&self) -> Option<usize> {
        const STEP: usize = 32;
        let texts = self.texts()?.iter();
        let longest = texts.map(|text| text.chars().count()).max()?;
        Some(longest.max(1).next_multiple_of(STEP))
    }
}

/// `==`, which is not for constants.
pub(crate) const fn same_text(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let mut nth = 0;
    while nth < one.len() && nth < other.len() && one[nth] == other[nth] {
        nth += 1;
    }
    nth == one.len() && nth == other.len()
}
