//! [`Label`]: a value of an enum type.

use std::cmp::Ordering;
use std::fmt;

/// A label of an enum type of PostgreSQL; of a text on other databases.
///
/// It knows its position in the declaration, unless it was read from a database
/// that sorts by the text: labels of one source stand in the order of that source.
#[derive(Debug, Clone, Copy)]
pub struct Label {
    text: &'static str,
    position: Option<u16>,
}

impl Label {
    /// A label, and its position where the declaration decides the order.
    #[must_use]
    pub const fn new(text: &'static str, position: Option<u16>) -> Self {
        Label { text, position }
    }

    /// The text.
    #[must_use]
    pub const fn text(&self) -> &'static str {
        self.text
    }
}

impl PartialEq for Label {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Label {}

impl PartialOrd for Label {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Label {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.position, other.position) {
            (Some(a), Some(b)) => a.cmp(&b),
            _ => self.text.cmp(other.text),
        }
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_declaration_decides_where_both_sides_know_it() {
        let (sad, happy) = (Label::new("sad", Some(0)), Label::new("happy", Some(1)));
        assert_eq!(sad.cmp(&happy), Ordering::Less);
        let (sad, happy) = (Label::new("sad", None), Label::new("happy", Some(1)));
        assert_eq!(sad.cmp(&happy), Ordering::Greater);
    }
}
