//! Text in a picture: how wide it is, how it is cut, how it is escaped.
//!
//! What draws the picture has its own fonts. All text is of one width a character there, two for
//! what East Asia writes, so that its length can be known here.

use std::borrow::Cow;

/// The width of a character of 12 pixels: wider than that of the usual fonts.
const ADVANCE: f64 = 7.4;

/// The width of a text in pixels.
pub(super) fn width(text: &str) -> f64 {
    cells(text) as f64 * ADVANCE
}

fn cells(text: &str) -> usize {
    text.chars().map(|one| 1 + usize::from(is_wide(one))).sum()
}

/// Whether a character is as wide as two.
fn is_wide(one: char) -> bool {
    matches!(u32::from(one),
        0x1100..=0x115f | 0x2329..=0x232a | 0x2600..=0x27bf | 0x2e80..=0x303e | 0x3041..=0xa4cf
        | 0xa960..=0xa97f | 0xac00..=0xd7a3 | 0xf900..=0xfaff | 0xfe30..=0xfe6f | 0xff01..=0xff60
        | 0xffe0..=0xffe6 | 0x1f000..=0x1faff | 0x20000..=0x3fffd)
}

/// A text of so many characters at most.
pub(super) fn cut(text: &str, most: usize) -> Cow<'_, str> {
    if cells(text) <= most {
        return Cow::Borrowed(text);
    }
    let mut left = most - 1;
    let fits = |one: &char| {
        let cells = 1 + usize::from(is_wide(*one));
        let fits = cells <= left;
        left = left.saturating_sub(cells);
        fits
    };
    let mut short: String = text.chars().take_while(fits).collect();
    short.push('…');
    Cow::Owned(short)
}

/// A text as XML has it. What XML cannot have at all is shown as a box.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for one in text.chars() {
        match one {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\u{fffe}' | '\u{ffff}' => escaped.push('□'),
            '\n' | '\t' => escaped.push(' '),
            one if one.is_control() => escaped.push('□'),
            one => escaped.push(one),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::{cut, escape, width};

    #[test]
    fn what_east_asia_writes_is_twice_as_wide() {
        assert_eq!(width("顧客"), width("abcd"));
        assert_eq!(width("한글"), width("abcd"));
        assert_eq!(width("é"), width("e"));
    }

    #[test]
    fn a_long_text_is_cut_to_its_cells() {
        assert_eq!(cut("abcdef", 6), "abcdef");
        assert_eq!(cut("abcdefg", 6), "abcde…");
        assert_eq!(cut("顧客顧客", 6), "顧客…");
    }

    #[test]
    fn xml_takes_every_text() {
        assert_eq!(
            escape("a<b> & \"c\"\u{1}\nd"),
            "a&lt;b&gt; &amp; &quot;c&quot;□ d"
        );
    }
}
