//! What a view does not take: nothing is declared in the database but its query.

use super::Say;
use crate::ast::Model;

/// On the struct.
const OF_TABLES: &[&str] = &["check", "serde", "renamed_from"];

/// On a field: what only an insert, an update or a table has.
const OF_COLUMNS: &[&str] = &[
    "generated",
    "on_delete",
    "on_update",
    "deferrable",
    "default",
    "default_with",
    "created_at",
    "updated_at",
    "version",
    "read_only",
    "renamed_from",
    "computed",
    "sql_type",
    "protected",
    "length",
    "range",
    "not_blank",
    "email",
    "validate",
];

const INDEXES: &[&str] = &["unique", "index"];

pub(super) fn check(model: &Model<'_>, say: &mut Say<'_>) {
    let Some(view) = &model.attrs.view else {
        return;
    };
    let of_struct = model.attrs.given.iter().map(|name| (name, OF_TABLES));
    let fields = model.fields.iter().flat_map(|field| &field.attrs.given);
    let of_fields = fields.map(|name| (name, OF_COLUMNS));
    for (name, refused) in of_struct.chain(of_fields) {
        let text = name.to_string();
        if refused.contains(&text.as_str()) {
            let message = format!(
                "a view is read and not written: `{text}` stands on the tables that it reads"
            );
            say(name.span(), message);
        } else if INDEXES.contains(&text.as_str()) && !view.materialized {
            let message = format!(
                "a view has no rows of its own: `{text}` stands on the tables that it reads, or on a view that is `materialized`"
            );
            say(name.span(), message);
        }
    }
    let actions = model.parents.iter().filter(|parent| parent.named);
    for (_, span) in actions
        .flat_map(|parent| [parent.on_delete, parent.on_update])
        .flatten()
    {
        say(
            span,
            "a view has no foreign key in the database, and nothing follows its parent".into(),
        );
    }
}
