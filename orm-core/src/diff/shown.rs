//! Columns that are renamed below a view of PostgreSQL.

use super::pieces::{Piece, pieces};
use crate::backend::Database;

/// A query as PostgreSQL writes it, with another name for a column of a table. What the query shows
/// keeps its names: PostgreSQL says them behind AS where they are others than those of the columns.
pub(super) fn in_output(text: &str, table: &str, from: &str, to: &str) -> String {
    let quote = |name: &str| crate::ddl::quote_identifier(Database::Postgres, name);
    let all: Vec<Piece<'_>> = pieces(Database::Postgres, text).collect();
    let owners = owners(&all, table);
    // Whether the names at each depth of parentheses are those of a select list.
    let mut lists = vec![false];
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(piece) = all.get(at) {
        let said = piece.text();
        match (said, word(&all, at).as_str()) {
            ("(", _) => lists.push(false),
            (")", _) if lists.len() > 1 => drop(lists.pop()),
            (_, "select") => lists.last_mut().into_iter().for_each(|list| *list = true),
            (_, "from" | "where" | "group" | "having" | "order" | "union" | "limit") => {
                lists.last_mut().into_iter().for_each(|list| *list = false);
            }
            _ => {}
        }
        at += 1;
        if !(piece.is_name(from) && is_column(&all, at - 1, &owners)) {
            out.push_str(said);
            continue;
        }
        out.push_str(&quote(to));
        let next = behind_blanks(&all, at);
        let ends = matches!(all.get(next), None | Some(Piece::Other("," | ";" | ")")))
            || word(&all, next) == "from";
        let shown = lists.last() == Some(&true);
        let own = all.get(behind_blanks(&all, next + 1));
        if shown && ends {
            out.push_str(&format!(" AS {}", quote(from)));
        } else if shown && word(&all, next) == "as" && own.is_some_and(|own| own.is_name(to)) {
            // It has its own name again.
            at = behind_blanks(&all, next + 1) + 1;
        }
    }
    out
}

/// What a table is called in a query: its name, and each alias.
fn owners(all: &[Piece<'_>], table: &str) -> Vec<String> {
    const NO_ALIAS: [&str; 16] = [
        "as", "cross", "full", "group", "having", "inner", "join", "left", "limit", "natural",
        "on", "order", "right", "union", "using", "where",
    ];
    let mut owners = vec![table.to_owned()];
    for at in (0..all.len()).filter(|at| all[*at].is_name(table)) {
        let next = behind_blanks(all, at + 1);
        if let (true, Some(Piece::Name { text, name })) = (next > at + 1, all.get(next)) {
            let bare = !text.starts_with('"');
            if !(bare && NO_ALIAS.contains(&name.to_lowercase().as_str())) {
                owners.push(name.clone());
            }
        }
    }
    owners
}

/// Whether a name is that of a column of one of these: of no other table, no function, no type, and not
/// what a query calls what it shows.
fn is_column(all: &[Piece<'_>], at: usize, owners: &[String]) -> bool {
    let before = |n: usize| at.checked_sub(n).and_then(|at| all.get(at));
    if let (Some(Piece::Other(".")), Some(owner)) = (before(1), before(2)) {
        return owners.iter().any(|one| owner.is_name(one));
    }
    let quoted = all[at].text().starts_with('"');
    let called = !quoted && matches!(all.get(at + 1), Some(Piece::Other("(")));
    let typed = !quoted && matches!(before(1), Some(Piece::Other(":")));
    let last = (0..at).rev().find(|at| !all[*at].text().trim().is_empty());
    let shown = last.is_some_and(|last| word(all, last) == "as");
    let owner = matches!(all.get(at + 1), Some(Piece::Other(".")));
    !(called || typed || shown || owner)
}

fn behind_blanks(all: &[Piece<'_>], from: usize) -> usize {
    let blank = |at: &usize| all.get(*at).is_some_and(|one| one.text().trim().is_empty());
    (from..).find(|at| !blank(at)).unwrap_or(from)
}

/// A word of the language, in small letters.
fn word(all: &[Piece<'_>], at: usize) -> String {
    match all.get(at) {
        Some(Piece::Name { text, name }) if !text.starts_with('"') => name.to_lowercase(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_view_shows_keeps_its_names() {
        for (before, from, to, behind) in [
            (
                " SELECT t.id,\n    t.name\n   FROM t\n  ORDER BY t.name;",
                "name",
                "label",
                " SELECT t.id,\n    t.\"label\" AS \"name\"\n   FROM t\n  ORDER BY t.\"label\";",
            ),
            (
                " SELECT t.label AS name, upper(t.label) AS upper FROM t",
                "label",
                "name",
                " SELECT t.\"name\", upper(t.\"name\") AS upper FROM t",
            ),
            (
                " SELECT s.name, o.name FROM ( SELECT x.name, count(*) AS n FROM t x GROUP BY x.name) s, other o",
                "name",
                "label",
                " SELECT s.name, o.name FROM ( SELECT x.\"label\" AS \"name\", count(*) AS n FROM t x GROUP BY \
                 x.\"label\") s, other o",
            ),
            (
                " SELECT name::name, name(id) FROM t WHERE name = 'name'",
                "name",
                "label",
                " SELECT \"label\"::name, name(id) FROM t WHERE \"label\" = 'name'",
            ),
        ] {
            assert_eq!(in_output(before, "t", from, to), behind, "{before}");
        }
    }
}
