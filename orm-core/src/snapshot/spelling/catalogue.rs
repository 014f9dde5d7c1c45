//! Texts as the catalogue of a database has room for them.

use std::borrow::Cow;

use crate::backend::Database;

/// A text as it comes out of the catalogue: MariaDB's has three bytes a character, and one or four
/// question marks in the place of what needs four, such as an emoji.
pub(crate) fn catalogued(database: Database, text: &str) -> Cow<'_, str> {
    let is_lost = |c: char| c == '?' || u32::from(c) > 0xFFFF;
    if database != Database::Mysql || !text.contains(is_lost) {
        return Cow::Borrowed(text);
    }
    let mut out = String::new();
    for c in text.chars() {
        match is_lost(c) {
            false => out.push(c),
            true if out.ends_with('?') => {}
            true => out.push('?'),
        }
    }
    Cow::Owned(out)
}
