//! A schema as text of Mermaid.

use super::entity::{Entity, Relation, Row, What, read};
use crate::snapshot::Snapshot;

/// The schema as an `erDiagram` of [Mermaid](https://mermaid.js.org), which GitHub, GitLab and
/// many tools for documentation draw.
///
/// Each column has its type, its marks (`PK`, `FK`, `UK` for a unique of it alone) and its comment.
/// A foreign key is a line from the parent, named after its columns: `||--o{` where each row has a
/// parent, `|o--o{` where it may have none, and `o|` at the end where a parent has one row at most.
/// Words that Mermaid does not take have `_` in place of what it does not take, and stand as they
/// are in the comment of the column.
///
/// ```
/// use orm_core::prelude::*;
/// use orm_core::backend::Database;
/// use orm_core::snapshot::Snapshot;
///
/// #[derive(Model)]
/// struct Customer { #[model(generated)] id: i64, #[model(unique)] email: String }
///
/// #[derive(Model)]
/// struct Order { #[model(generated)] id: i64, #[model(belongs_to = Customer)] customer_id: i64 }
///
/// let snapshot = Snapshot::of(schema![Customer, Order], Database::Sqlite);
/// let text = orm_core::diagram::mermaid(&snapshot);
/// assert!(text.starts_with("erDiagram\n"));
/// assert!(text.contains("    \"customers\" ||--o{ \"orders\" : \"customer_id\"\n"));
/// ```
#[must_use]
pub fn mermaid(snapshot: &Snapshot) -> String {
    let (entities, relations) = read(snapshot);
    let mut text = String::from("erDiagram\n");
    for entity in &entities {
        let mark = match entity.what {
            What::Table => None,
            What::View => Some("view"),
            What::MaterializedView => Some("materialized view"),
            What::Elsewhere => Some("elsewhere"),
        };
        text.push_str("    ");
        text.push_str(&name(entity));
        if let Some(mark) = mark {
            let shown = quoted(&format!("{} ({mark})", entity.name));
            text.push_str(&format!("[{shown}]"));
        }
        if !entity.rows.is_empty() {
            text.push_str(" {\n");
            for row in &entity.rows {
                text.push_str(&format!("        {}\n", attribute(row)));
            }
            text.push_str("    }");
        }
        text.push('\n');
    }
    for relation in &relations {
        text.push_str(&format!("    {}\n", line(&entities, relation)));
    }
    text
}

fn line(entities: &[Entity<'_>], relation: &Relation<'_>) -> String {
    let parents = if relation.optional { "|o" } else { "||" };
    let children = if relation.single { "o|" } else { "o{" };
    format!(
        "{} {parents}--{children} {} : {}",
        name(&entities[relation.parent]),
        name(&entities[relation.child]),
        quoted(&relation.key.columns.join(", ")),
    )
}

fn name(entity: &Entity<'_>) -> String {
    quoted(&entity.name.to_string())
}

fn attribute(row: &Row<'_>) -> String {
    let (ty, name) = (word(row.ty), word(row.name));
    let marks = [(row.primary, "PK"), (row.foreign, "FK"), (row.unique, "UK")];
    let marks: Vec<&str> = marks.iter().filter(|one| one.0).map(|one| one.1).collect();
    let mut notes = Vec::new();
    if name != row.name {
        notes.push(row.name.to_owned());
    }
    if ty != row.ty.replace(' ', "_") {
        notes.push(row.ty.to_owned());
    }
    if row.nullable {
        notes.push("NULL".to_owned());
    }
    notes.extend(row.comment.map(str::to_owned));
    let mut text = format!("{ty} {name}");
    if !marks.is_empty() {
        text.push(' ');
        text.push_str(&marks.join(", "));
    }
    if !notes.is_empty() {
        text.push(' ');
        text.push_str(&quoted(&notes.join("; ")));
    }
    text
}

/// A text between quotes. Mermaid has no escape there, so signs that it does not take are wide ones
/// instead, which look alike.
fn quoted(text: &str) -> String {
    let inside = text.chars().map(|one| match one {
        '"' => '＂',
        '%' => '％',
        '\\' => '＼',
        '#' => '＃', // else `#quot;` is a quote
        one if one.is_control() => ' ',
        one => one,
    });
    let inside: String = inside.collect();
    match inside.is_empty() {
        true => "\" \"".to_owned(),
        false => format!("\"{inside}\""),
    }
}

/// The name of a type or a column, as Mermaid takes it.
fn word(text: &str) -> String {
    let taken = |one: char| {
        one.is_ascii_alphanumeric()
            || "_()[]".contains(one)
            || ('\u{c0}'..='\u{ffff}').contains(&one)
    };
    let mut word: String = text
        .chars()
        .map(|one| if taken(one) { one } else { '_' })
        .collect();
    let begins = |one: char| one.is_ascii_alphabetic() || one == '_' || one >= '\u{c0}';
    if !word.starts_with(begins) || is_mark(&word) {
        word.insert(0, '_');
    }
    word
}

/// Whether Mermaid reads the begin of a word as a mark of keys, in whatever case.
fn is_mark(word: &str) -> bool {
    let Some((first, rest)) = word.split_at_checked(2) else {
        return false;
    };
    let goes_on = |one: char| one.is_ascii_alphanumeric() || one == '_';
    let marks = ["PK", "FK", "UK"];
    marks.iter().any(|mark| first.eq_ignore_ascii_case(mark)) && !rest.starts_with(goes_on)
}

#[cfg(test)]
mod tests {
    use super::{quoted, word};

    #[test]
    fn words_are_what_mermaid_takes() {
        assert_eq!(word("character varying(80)"), "character_varying(80)");
        assert_eq!(word("numeric(10,2)"), "numeric(10_2)");
        assert_eq!(word("2fa"), "_2fa");
        assert_eq!(word("pk"), "_pk");
        assert_eq!(word("fk(2)"), "_fk(2)");
        assert_eq!(word("uk_code"), "uk_code");
        assert_eq!(word("text[]"), "text[]");
        assert_eq!(word("größe"), "größe");
        assert_eq!(word("名前"), "名前");
        assert_eq!(word(""), "_");
    }

    #[test]
    fn nothing_ends_a_quoted_text() {
        assert_eq!(quoted("50% \"of\" a\\b\n"), "\"50％ ＂of＂ a＼b \"");
    }
}
