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
