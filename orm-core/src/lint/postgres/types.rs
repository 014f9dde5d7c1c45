//! Types that become others without a row being touched.

use crate::snapshot::Column;

/// Whether the bytes of all values stay as they are, and no row need be looked at.
pub(super) fn are_kept(from: &Column, to: &Column) -> bool {
    // Of an array each element is looked at; a type of the user's own may have checks.
    let is_plain = |column: &Column| column.base.is_none() && !column.ty.ends_with("[]");
    if !is_plain(from) || !is_plain(to) {
        return false;
    }
    let (one, other) = (Type::of(&from.ty), Type::of(&to.ty));
    let is_text = |ty: &Type<'_>| matches!(ty.word, "text" | "character varying");
    let wider = match (one.arguments.first(), other.arguments.first()) {
        (_, None) => true,
        (Some(one), Some(other)) => one <= other,
        (None, Some(_)) => false,
    };
    match one.word {
        "text" | "character varying" => is_text(&other) && wider,
        "numeric" => {
            let scale = |ty: &Type<'_>| ty.arguments.get(1).copied().unwrap_or(0);
            let same = other.arguments.is_empty() || scale(&one) == scale(&other);
            other.word == "numeric" && wider && same
        }
        // Digits of seconds: six are all that there are.
        "timestamp" | "time" => {
            let digits = |ty: &Type<'_>| ty.arguments.first().copied().unwrap_or(6);
            other.word == one.word && other.rest == one.rest && digits(&one) <= digits(&other)
        }
        // Without a length it is written with a cast.
        "bit varying" | "interval" => {
            other.word == one.word && !other.arguments.is_empty() && wider
        }
        _ => false,
    }
}

/// `timestamp(3) with time zone` in its three parts.
struct Type<'t> {
    word: &'t str,
    arguments: Vec<u32>,
    rest: &'t str,
}

impl<'t> Type<'t> {
    fn of(ty: &'t str) -> Self {
        let (word, arguments, rest) = match ty.split_once('(') {
            Some((word, rest)) => {
                let (arguments, rest) = rest.split_once(')').unwrap_or((rest, ""));
                (word, arguments, rest)
            }
            None => match ty.find(" with") {
                Some(end) => (&ty[..end], "", &ty[end..]),
                None => (ty, "", ""),
            },
        };
        let arguments = arguments
            .split(',')
            .filter_map(|one| one.trim().parse().ok());
        Type {
            word: word.trim(),
            arguments: arguments.collect(),
            rest: rest.trim(),
        }
    }
}
