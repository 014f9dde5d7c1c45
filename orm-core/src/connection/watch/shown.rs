//! The text of a statement, and its bound values if somebody is to see them.

use std::fmt::{self, Display, Write};

/// What Diesel writes between a text and the bound values, which it shows behind it.
const BETWEEN: &str = " -- binds: ";

/// A text, and the bound values if they are wanted. Else they are not even turned into text, which takes
/// long of a large one. `None` of what Diesel cannot show, a value that cannot be bound for one: such a
/// statement is not sent.
pub(super) fn shown(
    query: &(impl Display + ?Sized),
    binds: bool,
) -> Option<(String, Option<String>)> {
    let mut text = Text {
        written: String::new(),
        end: None,
        binds,
    };
    let whole = write!(text, "{query}");
    let Text { written, end, .. } = text;
    match end {
        Some(end) if binds => {
            whole.ok()?;
            let values = written[end + BETWEEN.len()..].to_owned();
            Some((written[..end].to_owned(), Some(values)))
        }
        Some(end) => Some((written[..end].to_owned(), None)),
        None => whole.ok().map(|()| (written, None)),
    }
}

/// Takes no more than the text, unless the values are wanted.
struct Text {
    written: String,
    /// Where the text ends.
    end: Option<usize>,
    binds: bool,
}

impl Write for Text {
    fn write_str(&mut self, piece: &str) -> fmt::Result {
        let before = self.written.len();
        self.written.push_str(piece);
        if self.end.is_none() {
            let mut from = before.saturating_sub(BETWEEN.len());
            while !self.written.is_char_boundary(from) {
                from -= 1;
            }
            let found = self.written[from..].find(BETWEEN);
            self.end = found.map(|at| from + at);
        }
        match self.end.is_some() && !self.binds {
            true => Err(fmt::Error),
            false => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Loud;

    impl fmt::Debug for Loud {
        fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
            panic!("nobody asked for it")
        }
    }

    struct Broken;

    impl Display for Broken {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("SELECT ")?;
            Err(fmt::Error)
        }
    }

    #[test]
    fn values_that_nobody_sees_are_not_written() {
        let quiet = shown(&format_args!("SELECT ö{BETWEEN}{:?}", Loud), false);
        assert_eq!(quiet, Some(("SELECT ö".to_owned(), None)));
        let asked = shown(&format_args!("SELECT ö{BETWEEN}{:?}", [1]), true);
        assert_eq!(asked, Some(("SELECT ö".to_owned(), Some("[1]".to_owned()))));
        for binds in [true, false] {
            let plain = shown("BEGIN", binds);
            assert_eq!(plain, Some(("BEGIN".to_owned(), None)));
            assert_eq!(shown(&Broken, binds), None);
        }
    }
}
