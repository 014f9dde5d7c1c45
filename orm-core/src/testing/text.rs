//! Texts and bytes that a column may take, by their place in a row of them, the most readable first.

use super::limits::Limits;

/// From so many characters on, a name and a number of any size fit.
const ROOMY: usize = 8;

/// How many texts there are at least, where there are few.
pub(super) fn texts(limits: Limits) -> Option<u128> {
    let max = limits.max.filter(|max| *max < ROOMY)?;
    Some(26_u128.pow(u32::try_from(max).unwrap_or(0)))
}

/// How many forms of texts there are.
pub(super) const FORMS: usize = 6;

/// A text of a form: `name 1`, an address, a word without blanks, one in capitals, figures, a URL; `None`
/// if it does not fit. Those of one form differ as their places do, where they are to be distinct.
pub(super) fn text(
    form: usize,
    field: &str,
    limits: Limits,
    place: u64,
    distinct: bool,
) -> Option<String> {
    let label = field.rsplit('.').next().unwrap_or(field);
    let plain: String = label.chars().filter(char::is_ascii_alphanumeric).collect();
    let plain = match plain.to_ascii_lowercase() {
        empty if empty.is_empty() => "name".to_owned(),
        plain => plain,
    };
    let number = place.saturating_add(1).to_string();
    let narrow = limits.max.filter(|max| *max < ROOMY);
    match (form, narrow) {
        (0, Some(_)) if distinct => None,
        (0, _) => named(&label.replace('_', " "), " ", &number, limits),
        (1, _) => address(&plain, &number, limits),
        (2, Some(room)) => Some(letters(place, room)),
        (2, None) => named(&plain, "", &number, limits),
        (3, Some(room)) => Some(letters(place, room).to_uppercase()),
        (3, None) => named(&plain.to_uppercase(), "", &number, limits),
        (4, _) => figures(&number, limits),
        _ => Some(format!("https://example.org/{plain}/{number}")).filter(|url| fits(url, limits)),
    }
}

fn fits(text: &str, limits: Limits) -> bool {
    let length = text.chars().count();
    length >= limits.min && limits.max.is_none_or(|max| length <= max)
}

/// A name and a number. The name is filled up or cut; one that is cut keeps no digits, which would run
/// into the number.
fn named(label: &str, between: &str, number: &str, limits: Limits) -> Option<String> {
    let length = label.chars().count() + between.len() + number.len();
    if limits.max.is_none_or(|max| length <= max) {
        let fill = "x".repeat(limits.min.saturating_sub(length));
        return Some(format!("{label}{fill}{between}{number}"));
    }
    let room = limits.max?.checked_sub(number.len())?;
    let letters = label.chars().filter(|letter| letter.is_alphabetic());
    let letters: String = letters.take(room).collect();
    let cut = format!("{letters}{number}");
    fits(&cut, limits).then_some(cut)
}

/// An e-mail address, a short one where there is no room.
fn address(plain: &str, number: &str, limits: Limits) -> Option<String> {
    let long = format!("{plain}{number}@example.org");
    let fill = "x".repeat(limits.min.saturating_sub(long.len()).min(60));
    let forms = [
        format!("{plain}{fill}{number}@example.org"),
        format!("{number}@example.org"),
        format!("{number}@a.io"),
    ];
    forms.into_iter().find(|form| fits(form, limits))
}

/// Figures only.
fn figures(number: &str, limits: Limits) -> Option<String> {
    let figures = format!("{number:0>width$}", width = limits.min);
    fits(&figures, limits).then_some(figures)
}

/// As many letters as there is room for: `aaa`, `aab`.
fn letters(place: u64, room: usize) -> String {
    let mut rest = place;
    let mut letters: Vec<char> = Vec::with_capacity(room);
    for _ in 0..room {
        letters.push(char::from(b'a' + (rest % 26) as u8));
        rest /= 26;
    }
    letters.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::validation::is_email;

    fn limits(min: usize, max: Option<usize>) -> Limits {
        Limits {
            min,
            max,
            ..Limits::default()
        }
    }

    fn first(min: usize, max: Option<usize>, place: u64) -> String {
        let mut forms =
            (0..FORMS).filter_map(|form| text(form, "first_name", limits(min, max), place, true));
        forms.next().unwrap()
    }

    #[test]
    fn texts_are_readable_and_fit() {
        assert_eq!(first(0, None, 0), "first name 1");
        assert_eq!(first(16, None, 9), "first namexxx 10");
        assert_eq!(first(1, Some(8), 41), "firstn42");
        assert_eq!(first(3, Some(3), 27), "abb");
        let street = text(0, "home.street", limits(0, None), 0, false);
        assert_eq!(street.unwrap(), "street 1");
        let code = text(0, "code", limits(0, Some(6)), 0, false);
        assert_eq!(code.unwrap(), "code 1");
    }

    #[test]
    fn texts_of_one_form_differ() {
        for max in [None, Some(40), Some(12), Some(9), Some(8), Some(4), Some(3)] {
            let limits = limits(1, max);
            for form in 0..FORMS {
                let all =
                    (0..2_000).filter_map(|place| text(form, "n1_code2", limits, place, true));
                let all: Vec<String> = all.collect();
                for text in &all {
                    assert!(fits(text, limits), "{text} in {max:?}");
                }
                let different: HashSet<&String> = all.iter().collect();
                assert_eq!(different.len(), all.len(), "form {form} in {max:?}");
            }
        }
    }

    #[test]
    fn an_address_is_one_wherever_it_has_room() {
        let email = |field, min, max| text(1, field, limits(min, max), 6, true);
        assert_eq!(email("email", 0, None).unwrap(), "email7@example.org");
        assert_eq!(email("größe", 0, Some(14)).unwrap(), "7@example.org");
        assert_eq!(email("email", 0, Some(6)).unwrap(), "7@a.io");
        assert_eq!(email("email", 30, None).unwrap().len(), 30);
        assert!(is_email(&email("größe", 30, None).unwrap()));
        assert_eq!(email("email", 0, Some(5)), None);
    }
}
