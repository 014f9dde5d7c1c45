//! What a value must pass: one declaration for Rust and for the database.

/// A rule of a column.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Rule {
    /// The length of a text in characters, or of bytes, both ends included.
    Length {
        /// The least, if any.
        min: Option<usize>,
        /// The most, if any.
        max: Option<usize>,
    },
    /// A number between two bounds.
    Range {
        /// The lower bound, included.
        min: Option<Bound>,
        /// The upper bound.
        max: Option<Bound>,
    },
    /// A text with at least one character that is no white space.
    NotBlank,
    /// A text of the form that HTML's e-mail inputs take.
    Email,
}

/// One end of a range, as the user wrote it, so that decimals stay exact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Bound {
    /// The number's text.
    pub text: &'static str,
    /// Whether the bound itself is allowed.
    pub included: bool,
}

impl Bound {
    #[doc(hidden)]
    #[must_use]
    pub const fn new(text: &'static str, included: bool) -> Self {
        Bound { text, included }
    }
}

/// A check over a whole row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct CheckMeta {
    /// The name in the database.
    pub name: &'static str,
    /// What must hold.
    pub sql: super::SqlText,
}

impl CheckMeta {
    #[doc(hidden)]
    #[must_use]
    pub const fn new(name: &'static str, sql: super::SqlText) -> Self {
        CheckMeta { name, sql }
    }
}
